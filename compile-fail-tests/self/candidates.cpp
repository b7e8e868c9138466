// SPDX-License-Identifier: BSL-1.0
// rule:   what belongs to an error is read with it.
// remedy: none.
// expect: candidate
// expect: constraints not satisfied
// lines:  30 because compilers show each candidate
// fault: none
template <class T>
concept Small = sizeof(T) == 1;
struct Box {
    void put(Small auto) {}
    void put(const char*, int) {}
};
void probe(Box& box) {
#if defined(ESTATE_ILLEGAL)
    box.put(1);
#else
    box.put('1');
#endif
}

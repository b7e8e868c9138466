// SPDX-License-Identifier: BSL-1.0
#include <estate/sim_testing.hpp>

int main() {
    const auto found = estate::sim::try_all(estate::sim::all_weathers(), 1, [](estate::sim::Trial& trial) {
        bool is_bound = false;
        trial.run([&is_bound](auto net) {
            auto created = net.udp_v4();
            is_bound = created && std::move(created).value().bind_any().has_value();
        });
        trial.play();
        return std::string(is_bound || trial.weather().name == "full" ? "" : "no free port");
    });
    return found ? 1 : 0;
}

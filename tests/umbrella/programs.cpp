// SPDX-License-Identifier: BSL-1.0
#include <estate/backend/sim/programs.hpp>

int main() {
    estate::sim::World world{1};
    estate::sim::Programs programs{world};
    bool has_run = false;
    programs.spawn(world.host("host"), "program", [&](estate::sim::System) { has_run = true; });
    programs.run();
    return has_run ? 0 : 1;
}

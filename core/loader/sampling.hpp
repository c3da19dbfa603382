// SPDX-License-Identifier: MIT
#pragma once
// In which order items come.
//
// Model: an epoch is a sequence of positions, and an order is a function from (seed, epoch,
// position) to an item: nothing is drawn one after the other, so that any rank, worker or resumed
// run begins anywhere at no cost, and a seed gives the same order for ever. No order needs memory
// for each item.

#include <cstdint>
#include <vector>

namespace sheaf::loader {

enum class Order : std::uint8_t {
  Sequential,
  Shuffled,  // each item once an epoch
  Weighted   // with replacement: a source by its weight, then any of its items
};

struct Sampling {
  Order order = Order::Sequential;
  std::uint64_t seed = 0;

  // Shuffled: so many neighbouring items stay in one group, and `mixed` groups are shuffled
  // together, for files whose chunks are compressed. 0: every item by itself.
  std::int64_t block = 0;
  std::int64_t mixed = 64;

  // Weighted: of each source of the file, in its order; 0 and more, not all 0.
  std::vector<double> weights{};
  // Weighted: how many items an epoch has over all ranks; 0: as many as there are.
  std::int64_t samples = 0;

  // Of so many machines or processes with the same configuration, which one this is: positions
  // rank, rank + world_size, … All ranks have equally many.
  std::int64_t rank = 0;
  std::int64_t world_size = 1;
  // Where they don't divide: true gives some items twice, false leaves some out of this epoch.
  bool pads_ranks = false;
};

}  // namespace sheaf::loader

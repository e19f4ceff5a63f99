#include "ingest/job.h"

namespace augury::ingest {

void Job::succeed(Position position) {
  answer.position = position;
  if (taken) std::exchange(taken, nullptr)(std::move(answer));
  if (updated) std::exchange(updated, nullptr)(position);
  if (published) std::exchange(published, nullptr)(published_as);
}

void Job::fail(const Error& error) {
  if (taken) std::exchange(taken, nullptr)(error);
  if (updated) std::exchange(updated, nullptr)(error);
  if (published) std::exchange(published, nullptr)(error);
}

}  // namespace augury::ingest

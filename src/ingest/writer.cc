#include "ingest/writer.h"

#include <pthread.h>

#include <algorithm>

#include "base/check.h"

namespace augury::ingest {

using definition::NameKind;

namespace {

// Taken from the queue at once, and at most on the way before more is taken: enough to keep a disk busy.
constexpr size_t kWeightPerTurn = 20'000;
constexpr size_t kEventsInFlightMax = 100'000;
constexpr size_t kSpareBlocks = 4;
constexpr auto kPatience = std::chrono::milliseconds{200};

}  // namespace

Writer::Writer(const World& world, Dedup dedup, std::unique_ptr<Lists> lists, Recovered recovered)
    : world_(world),
      dedup_(std::move(dedup)),
      lists_(std::move(lists)),
      rows_(all_rows(world.store)),
      applier_(world.app, world.plan, world.store.dictionary(),
               {rows_, world.store.items(), world.store.users(), &world.store, lists_.get()}),
      naming_(world.app, world.store.dictionary()),
      gathering_(std::make_unique<Block>()),
      changed_entities_(std::move(recovered.catalog)),
      lists_at_(world.monotonic.now() - world.options.list_every),
      checkpoint_at_(world.monotonic.now()),
      checkpoint_records_(recovered.replayed + recovered.rebuilt),
      syncer_(world.database, world.journal, [this] { world_.queue.wake(); }),
      checkpointer_(world.database, world.journal, world.store, world.plan, [this] { world_.queue.wake(); }) {
  world_.counters.checkpointed = recovered.checkpointed;
  world_.counters.checkpoint_at_ns = checkpoint_at_.time_since_epoch().count();
  world_.counters.dedup_entries = dedup_.entries();
  world_.counters.dedup_window_us = dedup_.window_in_force(world.wall.now()).count();
  if (lists_->due(world.wall.now())) lists_->publish();
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "augury-writer");
}

Writer::~Writer() {
  stopping_ = true;
  world_.queue.wake();
  thread_.join();
  syncer_.stop();
  Error error{Code::Unavailable, "ingestion was stopped before this was durable; send it again"};
  for (auto& block : in_flight_)
    for (auto& job : block->jobs) job->fail(error);
  for (auto& job : gathering_->jobs) job->fail(error);
  world_.queue.close();
  for (auto& job : world_.queue.take({}, SIZE_MAX).jobs) job->fail(error);
}

void Writer::run() {
  while (!stopping_) {
    bool room = events_in_flight_ < kEventsInFlightMax;
    auto taken = world_.queue.take(patience(), room ? kWeightPerTurn : 0);
    apply_ready();
    if (!syncer_.open()) fail_waiting();
    for (auto& job : taken.jobs) take(std::move(job));
    take(taken.exposures);
    // While a sync runs the block gathers; it goes at once if nobody waits for the disk.
    if (!gathering_->empty() && (!syncer_.busy() || !gathering_->needs_sync)) append();
    apply_ready();
    publish_lists();
    end_checkpoint();
    begin_checkpoint();
    if (taken.jobs.empty() && is_idle() && world_.queue.is_closed()) {
      base::Lock lock(mutex_);
      drained_ = true;
      moved_.notify_all();
    }
  }
}

// How long to wait for something to do.
std::chrono::microseconds Writer::patience() const {
  if (!gathering_->empty() && !syncer_.busy()) return {};
  return lists_->due(world_.wall.now()) ? std::chrono::microseconds{std::chrono::milliseconds{20}}
                                        : std::chrono::microseconds{kPatience};
}

void Writer::take(std::unique_ptr<Job> job) {
  if (auto problem = syncer_.open() ? std::nullopt : syncer_.problem()) return job->fail(*problem);
  if (!job->events.empty() || job->taken) take_events(*job);
  if (job->updated) take_updates(*job);
  if (job->publication) {
    gather_kind(false);
    add(journal::PublicationRecord{job->receipt, *job->publication});
    job->published_as = world_.journal.newest() + gathering_->others.size();
  }
  wait_with(std::move(job));
}

void Writer::take_events(Job& job) {
  constexpr size_t kAhead = 8;
  gather_kind(true);
  for (size_t i = 0; i < job.events.size(); ++i) {
    if (i + kAhead < job.events.size()) dedup_.prefetch(job.events[i + kAhead].fingerprint);
    const TakenEvent& event = job.events[i];
    if (event.fingerprint != 0 && !dedup_.add(event.fingerprint, event.receipt)) {
      ++job.answer.duplicates;
      --job.answer.accepted;
      continue;
    }
    if (gathering_->count == kBlockRecordsMax || bytes_.bytes() >= kBlockBytesMax) {
      gathering_->needs_sync |= job.ack == Acknowledge::Sync;
      append();
      if (!syncer_.open()) return dedup_.remove(event.fingerprint);
    }
    if (gathering_->count == gathering_->events.size()) gathering_->events.emplace_back();
    auto& record = gathering_->events[gathering_->count++];
    naming_.fill(event, record);
    bytes_.add(record);
  }
  gathering_->needs_sync |= job.ack == Acknowledge::Sync && !gathering_->empty();
  world_.counters.duplicates += job.answer.duplicates;
}

void Writer::take_updates(Job& job) {
  gather_kind(false);
  for (auto& update : job.updates) {
    NameKind kind = update.is_user ? NameKind::User : NameKind::Item;
    if (update.mode == UpdateMode::Delete && world_.store.dictionary().find(kind, update.id) == 0) continue;
    add(entity(update, job.receipt, naming_.number(kind, update.id)));
  }
}

journal::EntityRecord Writer::entity(const TakenUpdate& update, Timestamp receipt, uint32_t number) {
  journal::EntityRecord record;
  record.receipt = receipt;
  record.is_user = update.is_user;
  record.number = number;
  record.deleted = update.mode == UpdateMode::Delete;
  auto& staged = staged_[{update.is_user, number}];
  if (update.mode == UpdateMode::Patch) {
    if (staged.known) {
      record.attributes = staged.attributes;
    } else {
      auto values = (update.is_user ? world_.store.users() : world_.store.items()).attributes(number);
      const auto& app = world_.app;
      size_t declared = update.is_user ? app.user_attributes.size() + app.user_vectors.size()
                                       : app.item_attributes.size() + app.item_vectors.size();
      for (size_t i = 0; i < std::min(values.size(), declared); ++i)
        if (!values[i].missing())
          record.attributes.push_back(naming_.attribute(update.is_user, {static_cast<int>(i), values[i]}));
    }
  }
  for (auto& field : update.attributes) {
    auto named = naming_.attribute(update.is_user, field);
    std::erase_if(record.attributes, [&](const journal::NamedField& other) { return other.name == named.name; });
    if (!field.value.missing()) record.attributes.push_back(std::move(named));
  }
  staged = {record.attributes, true, blocks_begun_};
  return record;
}

void Writer::take(std::vector<Exposure>& exposures) {
  if (exposures.empty()) return;
  if (!syncer_.open()) {
    world_.counters.exposures_dropped += exposures.size();
    return;
  }
  gather_kind(false);
  for (auto& exposure : exposures) add(naming_.exposure(exposure));
  world_.counters.exposures += exposures.size();
}

// A block holds events only, or no events: the hot one stays flat.
void Writer::gather_kind(bool events) {
  if (events ? !gathering_->others.empty() : gathering_->count > 0) append();
}

void Writer::add(journal::Record record) {
  if (bytes_.bytes() >= kBlockBytesMax || gathering_->others.size() == kBlockRecordsMax) append();
  bytes_.add(record);
  if (!std::holds_alternative<journal::ExposureRecord>(record)) gathering_->needs_sync = true;
  gathering_->others.push_back(std::move(record));
}

// The job is done when the newest block is: its own, or the one that holds what it repeats.
void Writer::wait_with(std::unique_ptr<Job> job) {
  if (!syncer_.open()) return job->fail(*syncer_.problem());
  bool sync = job->ack == Acknowledge::Sync;
  uint64_t newest = world_.journal.newest();
  if (!gathering_->empty()) {
    gathering_->jobs.push_back(std::move(job));
    return;
  }
  if (in_flight_.empty() && (!sync || syncer_.synced() >= newest)) {
    world_.counters.accepted += job->answer.accepted;
    return job->succeed({0, newest});
  }
  if (in_flight_.empty()) {
    // Nothing left to apply, but what it repeats is not durable yet.
    in_flight_.push_back(fresh_block());
    in_flight_.back()->first = in_flight_.back()->last = newest;
  }
  if (sync && !in_flight_.back()->needs_sync) {
    in_flight_.back()->needs_sync = true;
    syncer_.want();
  }
  in_flight_.back()->jobs.push_back(std::move(job));
}

void Writer::append() {
  naming_.put_new(batch_);
  auto first = world_.journal.append(bytes_, batch_);
  if (!first) return append_failed(first.error());
  naming_.written();
  gathering_->first = *first;
  gathering_->last = world_.journal.newest();
  events_in_flight_ += gathering_->count;
  bool sync = gathering_->needs_sync;
  in_flight_.push_back(std::exchange(gathering_, fresh_block()));
  if (sync) syncer_.want();
}

void Writer::append_failed(const Error& error) {
  bytes_.clear();
  batch_.clear();
  for (size_t i = 0; i < gathering_->count; ++i)
    if (uint64_t id = gathering_->events[i].fingerprint; id != 0) dedup_.remove(id);
  syncer_.failed(error);
  for (auto& job : gathering_->jobs) job->fail(*syncer_.problem());
  std::erase_if(staged_, [&](auto& one) { return one.second.block == blocks_begun_; });
  gathering_ = fresh_block();
}

void Writer::apply_ready() {
  bool stopped = !syncer_.open() && syncer_.problem() && syncer_.problem()->code != Code::Exhausted;
  if (stopped) return;
  while (!in_flight_.empty()) {
    Block& block = *in_flight_.front();
    if (block.needs_sync && syncer_.synced() < block.last) return;
    apply(block);
    publish_lists();  // Before the acknowledgement: whoever waited for it finds the lists as fresh as they get.
    finish(block);
    events_in_flight_ -= block.count;
    block.count = 0;
    block.others.clear();
    block.jobs.clear();
    if (spare_.size() < kSpareBlocks) spare_.push_back(std::move(in_flight_.front()));
    in_flight_.pop_front();
  }
  staged_.clear();
}

void Writer::apply(Block& block) {
  if (block.empty()) return;
  uint64_t sequence = block.first;
  Timestamp newest = world_.store.newest_receipt();
  for (size_t i = 0; i < block.count; ++i) {
    auto& event = block.events[i];
    applier_.apply(event, sequence++);
    newest = std::max(newest, event.receipt);
    if (event.fingerprint != 0) dedup_.confirm(event.fingerprint, event.receipt);
  }
  for (auto& record : block.others) {
    applier_.apply(record, sequence++);
    if (auto* entity = std::get_if<journal::EntityRecord>(&record))
      changed_entities_[{entity->is_user, entity->number}] = encode_entity(*entity);
  }
  applier_.flush();
  world_.store.set_newest_receipt(newest);
  world_.store.set_applied(block.last);
  checkpoint_records_ += block.count + block.others.size();
}

void Writer::finish(Block& block) {
  auto& counters = world_.counters;
  counters.late = applier_.late();
  counters.keyless = applier_.keyless();
  counters.overflowed = applier_.overflowed();
  counters.dedup_entries = dedup_.entries();
  counters.dedup_window_us = dedup_.window_in_force(world_.wall.now()).count();
  for (auto& job : block.jobs) {
    counters.accepted += job->answer.accepted;
    job->succeed({0, block.last});
  }
}

// The journal cannot go on. Appended blocks stay: once the disk has room again, the journal has them.
void Writer::fail_waiting() {
  auto problem = syncer_.problem();
  if (!problem) return;
  for (auto& block : in_flight_) {
    for (auto& job : block->jobs) job->fail(*problem);
    block->jobs.clear();
  }
}

std::unique_ptr<Writer::Block> Writer::fresh_block() {
  ++blocks_begun_;
  if (spare_.empty()) return std::make_unique<Block>();
  auto block = std::move(spare_.back());
  spare_.pop_back();
  block->needs_sync = false;
  return block;
}

void Writer::publish_lists() {
  auto now = world_.monotonic.now();
  if (lists_->empty() || now - lists_at_ < world_.options.list_every || !lists_->due(world_.wall.now())) return;
  lists_at_ = now;
  lists_->publish();
}

uint64_t Writer::dirty_bytes() const {
  uint64_t total = 0;
  for (uint32_t view = 0; view < world_.store.views(); ++view) total += world_.store.rows(view).dirty_bytes();
  return total;
}

bool Writer::checkpoint_due() const {
  if (checkpoint_records_ == 0) return false;
  auto& options = world_.options;
  return checkpoint_records_ >= options.checkpoint_events ||
         world_.monotonic.now() - checkpoint_at_ >= options.checkpoint_every ||
         dirty_bytes() >= options.checkpoint_dirty_bytes;
}

void Writer::begin_checkpoint() {
  if (!checkpointer_.idle() || !syncer_.open()) return;
  {
    base::Lock lock(mutex_);
    if (checkpoint_wanted_ == checkpoint_begun_ && !checkpoint_due()) return;
    checkpoint_begun_ = checkpoint_wanted_;
  }
  Cut cut;
  cut.meta.position = world_.store.applied().offset;
  cut.meta.newest_receipt = world_.store.newest_receipt();
  for (auto& view : world_.plan.views()) cut.meta.views.push_back(view.fingerprint);
  cut.catalog = std::exchange(changed_entities_, {});
  cut.dedup = dedup_.take_confirmed();
  cut.dedup_oldest_hour = dedup_.oldest_hour();
  cut.history = world_.store.history();
  for (uint32_t view = 0; view < world_.store.views(); ++view) world_.store.rows(view).begin_cut();
  checkpoint_records_ = 0;
  checkpoint_at_ = world_.monotonic.now();
  checkpointer_.start(std::move(cut));
}

void Writer::end_checkpoint() {
  auto ended = checkpointer_.ended();
  if (!ended) return;
  bool published = ended->result.has_value();
  for (uint32_t view = 0; view < world_.store.views(); ++view) world_.store.rows(view).end_cut(published);
  if (published) {
    world_.counters.checkpointed = ended->cut.meta.position;
    world_.counters.checkpoint_at_ns = world_.monotonic.now().time_since_epoch().count();
    world_.counters.checkpoint_seconds = ended->seconds;
  } else {
    dedup_.give_back(std::move(ended->cut.dedup));
    changed_entities_.merge(ended->cut.catalog);  // What changed since stays as it is.
    ++checkpoint_records_;
  }
  base::Lock lock(mutex_);
  checkpoint_done_ = checkpoint_begun_;
  checkpoint_result_ = std::move(ended->result);
  moved_.notify_all();
}

Result<void> Writer::checkpoint() {
  base::Lock lock(mutex_);
  uint64_t mine = ++checkpoint_wanted_;
  world_.queue.wake();
  while (checkpoint_done_ < mine) {
    if (auto problem = syncer_.problem(); problem && checkpoint_begun_ < mine) return *problem;
    moved_.wait_for(lock, std::chrono::milliseconds{100});
  }
  return checkpoint_result_;
}

void Writer::drain() {
  base::Lock lock(mutex_);
  while (!drained_) {
    if (syncer_.problem()) return;
    moved_.wait_for(lock, std::chrono::milliseconds{100});
  }
}

}  // namespace augury::ingest

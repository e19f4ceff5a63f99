#include "pipeline/testing/shop.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "definition/parse.h"

namespace augury::pipeline {

using definition::Datum;
using definition::NameKind;
using definition::Text;

const std::string_view Shop::kText = R"(
app: shop
entities:
  item:
    attributes: {category: string, price: number, in_stock: boolean, created_at: time}
  user:
    attributes: {country: string}
events:
  view:     {keys: [user, item]}
  click:    {keys: [user, item]}
  purchase: {keys: [user, item]}
features:
  item_clicks:     decayed_count(click) by item half_life 1d
  item_views:      count(view) by item over 1h
  category_clicks: count(click) by item.category over 1d
  user_clicks:     count(click) by user over 1d
  user_recent:     last(20, click.item) by user
  user_since:      first_time(any) by user
  pair_clicks:     count(click) by user, item over 7d
  everyone_clicks: count(click) by everyone over 1d
  session_clicks:  count(click) by session
  idle:            time_since(click) by user
  also_clicked:    together(50, click.item) by item half_life 7d
  cheapness:       1 / item.price
  device:          code(context.device, [mobile, desktop])
models:
  ranker: {file: ranker.txt}
  other:  {file: other.txt}
  light:  {file: light.txt}
placements:
  home:
    deadline: 100ms
    recall:
      - {related: also_clicked, to: user_recent, limit: 20}
      - {popular: item_clicks, limit: 20}
      - {recent: item.created_at, limit: 5}
    filter: item.in_stock and not done(purchase, 30d)
    score:
      members: {ranker: 1}
      timeout: 40ms
    choose: {count: 3, diversity: {by: item.category, at_most: 2}}
    fallback:
      simplified: {model: light}
      popular: {by: item_clicks}
      static: [still, stone]
  blend:
    deadline: 100ms
    recall:
      - {popular: item_clicks, limit: 20}
    score:
      members: {ranker: 2, other: 1, cheapness: 1}
      timeout: 40ms
    choose: {count: 3}
    fallback:
      popular: {by: item_clicks}
  bare:
    recall:
      - {recent: item.created_at, limit: 5}
    score:
      members: {ranker: 1}
      timeout: 40ms
experiments:
  heavier:
    placement: home
    unit: user
    enabled: true
    traffic: {control: 25%, treatment: 25%}
    variants:
      control: {}
      treatment: {models: {ranker: other}, count: 2}
)";

void FakeScorer::set(Mode mode) {
  std::lock_guard held(mutex_);
  mode_ = mode;
  changed_.notify_all();
}

size_t FakeScorer::hanging() const {
  std::lock_guard held(mutex_);
  return hanging_;
}

Result<void> FakeScorer::score(std::span<const float> rows, size_t count, std::span<double> out, model::Output) const {
  ++calls_;
  if (on_score_) on_score_();
  {
    std::unique_lock held(mutex_);
    ++hanging_;
    changed_.wait(held, [this] { return mode_ != Mode::Hangs; });
    --hanging_;
    if (mode_ == Mode::Fails) return Error{Code::Corrupt, "told to fail"};
  }
  AUGURY_TRY_VOID(check_shape(rows.size(), count, out.size()));
  for (size_t i = 0; i < count; ++i) {
    out[i] = 0;
    for (float x : rows.subspan(i * inputs_.size(), inputs_.size())) out[i] += std::isnan(x) ? 0 : factor_ * double{x};
  }
  return {};
}

Result<void> FakeScorer::score(std::span<const double> rows, size_t count, std::span<double> out,
                               model::Output output) const {
  std::vector<float> narrow(rows.begin(), rows.end());
  return score(std::span<const float>(narrow), count, out, output);
}

Result<std::vector<double>> FakeScorer::contributions(std::span<const float> row, int) const {
  if (foreign_) return Error{Code::Invalid, "no sum"};
  std::vector<double> moved;
  for (float x : row) moved.push_back(std::isnan(x) ? 0 : factor_ * double{x});
  return moved;
}

// What the ingesting writer does: a plan's rows are the store's.
class Shop::Writer : public feature::RowSource {
 public:
  Writer(store::Store& store, uint64_t sequence) : store_(store), sequence_(sequence) {}
  feature::MutableRow open(uint32_t view, uint64_t key, uint32_t words) override {
    return row(view, store_.rows(view).open(key, words));
  }
  feature::MutableRow grow(const feature::MutableRow& before, uint32_t words) override {
    Open open = find(before);
    auto after = row(open.view, store_.rows(open.view).grow(open.row, words));
    std::erase_if(open_, [&](const Open& o) { return o.row.row == open.row.row && o.row.words == open.row.words; });
    return after;
  }
  void close(const feature::MutableRow& row) override {
    Open open = find(row);
    std::erase_if(open_, [&](const Open& o) { return o.row.row == open.row.row && o.row.words == open.row.words; });
    store_.rows(open.view).close(open.row, sequence_);
  }
  void prefetch(uint32_t, uint64_t) override {}

 private:
  struct Open {
    uint32_t view;
    store::Rows::Open row;
  };
  feature::MutableRow row(uint32_t view, const store::Rows::Open& open) {
    open_.push_back({view, open});
    return {open.words, open.size, open.row};
  }
  Open find(const feature::MutableRow& row) const {
    return *std::ranges::find_if(open_,
                                 [&](const Open& o) { return o.row.words == row.words && o.row.row == row.handle; });
  }
  store::Store& store_;
  uint64_t sequence_;
  std::vector<Open> open_;
};

Shop::Shop(std::string_view app_file) {
  auto parsed = definition::parse_app(app_file, "shop.yaml");
  for (const auto& problem : parsed.problems) std::fprintf(stderr, "%s\n", problem.text().c_str());
  if (!parsed.problems.empty()) std::abort();
  app_ = std::make_shared<const definition::App>(std::move(parsed.app));
  plan_ = *feature::Plan::compile(*app_);
  std::vector<store::TableKind> kinds;
  for (const auto& view : plan_->views())
    kinds.push_back(view.by.size() > 1 ? store::TableKind::Hashed : store::TableKind::Dense);
  store_ = std::make_unique<store::Store>(*app_, kinds);
  indexes_ = std::make_shared<ItemIndexes>(*app_, store_->epochs());
  store_->items().follow(*indexes_);
}

uint32_t Shop::item(std::string_view id, const Attributes& a) {
  auto& names = store_->dictionary();
  uint32_t number = names.assign(NameKind::Item, id).number;
  Datum category;
  if (!a.category.empty()) {
    uint32_t text = names.assign(NameKind::Text, a.category).number;
    category = Datum::of(Text{names.name(NameKind::Text, text), text});
  }
  std::vector<Datum> values{category, Datum::of(a.price), Datum::of(a.in_stock), Datum::of(a.created_at)};
  store_->items().put(number, values);
  return number;
}

uint32_t Shop::put(NameKind kind, std::string_view id, const std::vector<Datum>& values) {
  uint32_t number = store_->dictionary().assign(kind, id).number;
  (kind == NameKind::Item ? store_->items() : store_->users()).put(number, values);
  return number;
}

uint32_t Shop::user(std::string_view id, std::string_view country) {
  auto& names = store_->dictionary();
  uint32_t number = names.assign(NameKind::User, id).number;
  uint32_t text = names.assign(NameKind::Text, country).number;
  std::vector<Datum> values{Datum::of(Text{names.name(NameKind::Text, text), text})};
  store_->users().put(number, values);
  return number;
}

void Shop::event(std::string_view type, std::string_view user, std::string_view item) {
  auto& names = store_->dictionary();
  ++second_;
  feature::Event e;
  e.sequence = ++sequence_;
  e.at = now();
  e.type = app_->event(type);
  e.user = names.assign(NameKind::User, user).number;
  e.item = names.assign(NameKind::Item, item).number;
  base::Epochs::Pin pin(store_->epochs());
  e.item_attributes = store_->items().attributes(e.item);
  Writer writer(*store_, sequence_);
  plan_->apply(e, writer);
  if (e.type != app_->impression()) store_->note_event(e.user, e.type, sequence_);
  store_->set_applied(sequence_);
  store_->set_newest_receipt(now());
}

double Shop::value(int feature, uint32_t item) const {
  std::pmr::monotonic_buffer_resource arena;
  auto view = static_cast<uint32_t>(plan_->view_of(feature));
  return plan_->number(feature, store_->rows(view).read(item, arena).words, now());
}

void Shop::publish_feature(int feature) {
  store::RankedList list{.number = ++lists_, .feature = feature, .attribute = -1, .published = now(), .items = {}};
  for (uint32_t i = 1; i <= store_->dictionary().size(NameKind::Item); ++i)
    if (double x = value(feature, i); x > 0) list.items.push_back({i, x});
  std::ranges::stable_sort(list.items, std::ranges::greater{}, &store::RankedItem::value);
  store_->publish(std::make_shared<const store::RankedList>(std::move(list)));
}

void Shop::publish_attribute(int attribute) {
  store::RankedList list{.number = ++lists_, .feature = -1, .attribute = attribute, .published = now(), .items = {}};
  for (uint32_t i = 1; i <= store_->dictionary().size(NameKind::Item); ++i)
    if (auto values = store_->items().attributes(i); !values.empty())
      list.items.push_back({i, values[static_cast<size_t>(attribute)].as_number()});
  std::ranges::stable_sort(list.items, std::ranges::greater{}, &store::RankedItem::value);
  store_->publish(std::make_shared<const store::RankedList>(std::move(list)));
}

void Shop::publish() {
  base::Epochs::Pin pin(store_->epochs());
  for (const auto& placement : app_->placements)
    for (const auto& source : placement.recall) {
      if (source.kind == definition::RecallSource::Kind::Popular) publish_feature(source.feature);
      if (source.kind == definition::RecallSource::Kind::Recent) publish_attribute(source.attribute);
    }
}

std::shared_ptr<const Snapshot> Shop::snapshot(std::vector<std::shared_ptr<const model::Scorer>> scorers) {
  auto built = Snapshot::build({app_, plan_, std::move(scorers), 7, indexes_});
  if (!built) std::fprintf(stderr, "%s\n", built.error().message.c_str());
  return built ? *built : nullptr;
}

}  // namespace augury::pipeline

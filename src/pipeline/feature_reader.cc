#include "pipeline/feature_reader.h"

#include <cmath>

#include "pipeline/arena.h"
#include "pipeline/values.h"

namespace augury::pipeline {

using definition::Datum;

namespace {

WeightedList weighted(const Datum& d) {
  WeightedList list;
  if (d.kind == Datum::Kind::List)
    for (const auto& entry : d.list) list.emplace_back(entry.id, entry.weight);
  else
    for (const auto& text : d.texts) list.emplace_back(text.bytes, 1.0);
  return list;
}

FeatureValue owned(const Datum& d) {
  switch (d.kind) {
    case Datum::Kind::Number:
      if (std::isnan(d.number)) return {};
      return d.number;
    case Datum::Kind::Boolean:
      return d.boolean;
    case Datum::Kind::Time:
      return d.as_number();
    case Datum::Kind::Text:
      return std::string(d.text.bytes);
    case Datum::Kind::Texts:
    case Datum::Kind::List:
      return weighted(d);
    case Datum::Kind::Vector:
      return std::vector<float>(d.vector.begin(), d.vector.end());
    case Datum::Kind::Missing:
    case Datum::Kind::Location:
      break;
  }
  return {};
}

struct Wanted {
  std::vector<int> of_neither, of_user, of_item, of_pair;
};

Result<Wanted> sort_names(const FeatureQuery& query, const Snapshot& snapshot) {
  Wanted wanted;
  for (auto name : query.feature_names) {
    int f = snapshot.app().feature(name);
    if (f < 0) {
      std::vector<std::string> known;
      for (const auto& feature : snapshot.app().features)
        if (!feature.hidden) known.push_back(feature.name);
      auto near = nearest_name(name, known);
      return Error{Code::NotFound, "feature_names: no feature '" + std::string(name) + "'" +
                                       (near.empty() ? "" : "; did you mean '" + near + "'?")};
    }
    const auto& b = snapshot.belongs()[static_cast<size_t>(f)];
    (b.to_user   ? b.to_item ? wanted.of_pair : wanted.of_user
     : b.to_item ? wanted.of_item
                 : wanted.of_neither)
        .push_back(f);
  }
  return wanted;
}

class Reader {
 public:
  Reader(const FeatureQuery& query, const Snapshot& snapshot, const store::Store& store, FeatureTable& out)
      : query_(query), snapshot_(snapshot), store_(store), rows_(store, out.position.offset), out_(out) {}

  // All of one user (empty: of nobody): theirs alone in `own`, theirs with each item in `with_items`.
  void read(std::string_view user, std::span<const int> own, std::span<const int> with_items) {
    Arena arena;
    Subject subject = read_subject(user, query_.session_id, query_.context, out_.now, store_, arena.memory());
    if (user.empty()) subject.user_id = {}, subject.user = 0;
    Values values(snapshot_, store_, rows_, subject, arena.memory());
    take(own, values, user, {});
    if (with_items.empty()) return;
    Columns columns = columns_of(with_items);
    values.prepare(columns);
    for (auto item : query_.item_ids) {
      values.select(store_.dictionary().find(definition::NameKind::Item, item), item);
      values.compute(columns);
      emit(with_items, values, user, item);
    }
  }

 private:
  Columns columns_of(std::span<const int> features) const {
    return columns_for(snapshot_.app(), snapshot_.plan(), snapshot_.belongs(), features, {});
  }
  void take(std::span<const int> features, Values& values, std::string_view user, std::string_view item) {
    if (features.empty()) return;
    values.prepare(columns_of(features));
    emit(features, values, user, item);
  }
  void emit(std::span<const int> features, const Values& values, std::string_view user, std::string_view item) {
    for (int f : features)
      out_.cells.push_back({std::string(user), std::string(item), snapshot_.app().features[static_cast<size_t>(f)].name,
                            owned(values.of(f))});
  }

  const FeatureQuery& query_;
  const Snapshot& snapshot_;
  const store::Store& store_;
  RowAccess rows_;
  FeatureTable& out_;
};

}  // namespace

Result<FeatureTable> read_features(const FeatureQuery& query, const Snapshot& snapshot, const store::Store& store,
                                   Timestamp receipt) {
  AUGURY_TRY(auto wanted, sort_names(query, snapshot));
  size_t users = query.user_ids.size(), items = query.item_ids.size();
  size_t cells = wanted.of_neither.size() + users * wanted.of_user.size() + items * wanted.of_item.size() +
                 users * items * wanted.of_pair.size();
  if (cells > kCellsMax)
    return Error{Code::Invalid, "features: " + std::to_string(cells) + " values asked for, at most " +
                                    std::to_string(kCellsMax) + "; ask for fewer users, items or features at a time"};
  FeatureTable table;
  AUGURY_TRY(table.now, moment_of(query.now, receipt));
  base::Epochs::Pin pin(store.epochs());
  table.position = store.applied();
  Reader reader(query, snapshot, store, table);
  reader.read({}, wanted.of_neither, wanted.of_item);
  for (auto user : query.user_ids) reader.read(user, wanted.of_user, wanted.of_pair);
  return table;
}

}  // namespace augury::pipeline

#include "model/tree/catboost_header.h"

#include "model/tree/model_document.h"

namespace augury::model {
namespace {

struct Loss {
  std::string_view name;
  LinkKind link;
};

// What CatBoostClassifier.predict_proba and CatBoostRegressor.predict answer.
constexpr Loss kLosses[] = {
    {"Logloss", LinkKind::Sigmoid},
    {"CrossEntropy", LinkKind::Sigmoid},
    {"Focal", LinkKind::Sigmoid},
    {"MultiClass", LinkKind::Softmax},
    {"MultiClassOneVsAll", LinkKind::Sigmoid},
    {"MultiLogloss", LinkKind::Sigmoid},
    {"MultiCrossEntropy", LinkKind::Sigmoid},
    {"Poisson", LinkKind::Exp},
    {"Tweedie", LinkKind::Exp},
    {"LogLinQuantile", LinkKind::Exp},
    {"RMSE", LinkKind::Identity},
    {"MultiRMSE", LinkKind::Identity},
    {"MultiRMSEWithMissingValues", LinkKind::Identity},
    {"MAE", LinkKind::Identity},
    {"MAPE", LinkKind::Identity},
    {"Quantile", LinkKind::Identity},
    {"GroupQuantile", LinkKind::Identity},
    {"MultiQuantile", LinkKind::Identity},
    {"Expectile", LinkKind::Identity},
    {"Huber", LinkKind::Identity},
    {"LogCosh", LinkKind::Identity},
    {"Lq", LinkKind::Identity},
    {"QueryRMSE", LinkKind::Identity},
    {"GroupRMSE", LinkKind::Identity},
    {"QuerySoftMax", LinkKind::Identity},
    {"QueryCrossEntropy", LinkKind::Identity},
    {"PairLogit", LinkKind::Identity},
    {"PairLogitPairwise", LinkKind::Identity},
    {"YetiRank", LinkKind::Identity},
    {"YetiRankPairwise", LinkKind::Identity},
    {"LambdaMart", LinkKind::Identity},
    {"StochasticFilter", LinkKind::Identity},
    {"StochasticRank", LinkKind::Identity},
};

class HeaderReader {
 public:
  explicit HeaderReader(wire::ValueStream& in) : in_(in) {}

  Result<CatboostHeader> read() {
    auto walked = each_member(in_, [&](std::string_view member) -> Result<bool> {
      if (member == "scale_and_bias") return done(scale_and_bias());
      if (member == "features_info")
        return done(each_member(in_, [&](std::string_view inner) { return features(inner); }));
      if (member != "model_info") return false;
      return done(each_member(in_, [&](std::string_view inner) { return model_info(inner); }));
    });
    AUGURY_TRY_VOID(std::move(walked));
    AUGURY_TRY_VOID(in_.end());
    return std::move(header_);
  }

 private:
  static Result<bool> done(Result<void> result) {
    AUGURY_TRY_VOID(std::move(result));
    return true;
  }

  // [scale, [bias of each output]]; before 0.24 [scale, bias].
  Result<void> scale_and_bias() {
    size_t at = 0;
    header_.bias.clear();
    return each_element(in_, [&]() -> Result<void> {
      if (at++ == 0) {
        AUGURY_TRY(header_.scale, in_.number());
        return {};
      }
      AUGURY_TRY(const auto kind, in_.kind());
      if (kind == wire::ValueStream::Kind::Array) return each_element(in_, [&] { return bias(); });
      return bias();
    });
  }
  Result<void> bias() {
    AUGURY_TRY(const double value, in_.number());
    header_.bias.push_back(value);
    return {};
  }

  Result<bool> features(std::string_view member) {
    if (member == "float_features") return done(each_feature(header_.floats));
    if (member == "categorical_features") return done(each_feature(header_.categories));
    if (member == "text_features" || member == "embedding_features") return done(refuse_any(member));
    return false;
  }

  Result<void> refuse_any(std::string_view member) {
    return each_element(in_, [&]() -> Result<void> {
      return Error{Code::Invalid, std::string(member) + " are not built; train without them"};
    });
  }

  Result<void> each_feature(std::vector<CatboostFeature>& features) {
    features.clear();
    return each_element(in_, [&]() -> Result<void> {
      CatboostFeature feature;
      AUGURY_TRY_VOID(each_member(in_, [&](std::string_view member) { return property(member, feature); }));
      if (feature.input < 0 || feature.input >= static_cast<int64_t>(kInputsMax))
        return in_.wrong("flat_feature_index " + std::to_string(feature.input) + " before here", "0 to 999999");
      features.push_back(std::move(feature));
      return {};
    });
  }

  Result<bool> property(std::string_view member, CatboostFeature& feature) {
    if (member == "flat_feature_index") {
      AUGURY_TRY(feature.input, in_.integer());
    } else if (member == "feature_name" || (member == "feature_id" && feature.name.empty())) {
      AUGURY_TRY(feature.name, in_.text());
    } else if (member == "nan_value_treatment") {
      AUGURY_TRY(const std::string treatment, in_.text());
      if (treatment != "AsIs" && treatment != "AsFalse" && treatment != "AsTrue")
        return in_.wrong("'" + treatment.substr(0, 40) + "' before here", "AsIs, AsFalse or AsTrue");
      feature.nan_right = treatment == "AsTrue";
    } else {
      return false;
    }
    return true;
  }

  // params is an object; in old files, a text that holds one is passed over.
  Result<bool> model_info(std::string_view member) {
    if (member != "params") return false;
    AUGURY_TRY(const auto kind, in_.kind());
    if (kind != wire::ValueStream::Kind::Object) return false;
    return done(each_member(in_, [&](std::string_view inner) -> Result<bool> {
      if (inner != "loss_function") return false;
      return done(each_member(in_, [&](std::string_view detail) -> Result<bool> {
        if (detail != "type") return false;
        AUGURY_TRY(header_.loss, in_.text());
        return true;
      }));
    }));
  }

  wire::ValueStream& in_;
  CatboostHeader header_;
};

}  // namespace

Result<CatboostHeader> read_catboost_header(wire::ValueStream& in) { return HeaderReader(in).read(); }

Result<Link> catboost_link(std::string_view loss) {
  if (loss.empty()) return Link{};
  for (const Loss& known : kLosses)
    if (known.name == loss) return Link{.kind = known.link};
  return Error{Code::Invalid, "loss '" + std::string(loss.substr(0, 40)) +
                                  "' has no transform that is known; train with another, such as Logloss or RMSE"};
}

}  // namespace augury::model

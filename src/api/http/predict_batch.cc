// POST /v1/predict/batch {"requests": [question, …]}: up to 256 questions, each answered or failed on its own.
#include "api/http/endpoints.h"
#include "api/http/json_input.h"
#include "api/http/prediction_json.h"
#include "api/http/question_input.h"

namespace augury::api {
namespace {

constexpr size_t kQuestionsMax = 256;

// All of one call, on the thread that read it, until the last answer is there. The questions take turns with whatever
// else that thread has to do: other requests do not wait for the whole batch.
class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(Engine& engine, Resumer& resumer, Respond respond)
      : engine_(engine), resumer_(resumer), respond_(std::move(respond)) {}

  void begin(std::string_view body, std::string_view app) {
    JsonInput in(arena_, reader_);
    auto root = in.read(body);
    if (!root) return respond_(error_reply(root.error()));
    auto list = root->find("requests");
    if (!list || list->type() != wire::JsonValue::Type::Array) {
      in.problem("requests", "expected an array of questions, each as POST /v1/predict takes it");
      return respond_(in.error());
    }
    if (list->size() > kQuestionsMax) {
      return respond_(error_reply(
          413, "TOO_MANY_QUESTIONS",
          "expected at most 256 questions in one call, found " + std::to_string(list->size()) + "; ask in parts"));
    }
    app_ = app.empty() ? in.text(*root, "app") : app;
    if (in.failed()) return respond_(in.error());
    for (auto question : list->elements()) questions_.push_back(question);
    answers_.resize(questions_.size());
    left_ = questions_.size();
    left_ == 0 ? finish() : ask(0);
  }

 private:
  void ask(size_t index) {
    ask_one(index);
    if (index + 1 < questions_.size()) resumer_.post([self = shared_from_this(), index] { self->ask(index + 1); });
  }

  void ask_one(size_t index) {
    JsonInput in(arena_, reader_);
    const auto& question = questions_[index];
    if (question.type() != wire::JsonValue::Type::Object) {
      return fail(index, {Code::Invalid, "expected an object like {\"user_id\": …}"}, {});
    }
    auto asked = read_question(in, question);
    if (in.failed()) return fail(index, {Code::Invalid, *in.first_problem()}, in.details());
    if (asked.request.app.empty()) asked.request.app = app_;
    bool explain = asked.request.explain;
    engine_.predict(
        asked.request, resumer_,
        [self = shared_from_this(), index, explain, warnings = std::move(asked.warnings)](Result<Prediction> answer) {
          if (!answer) return self->fail(index, answer.error(), {});
          wire::JsonWriter json(self->answers_[index]);
          write_prediction(json, *answer, explain, warnings);
          self->settle();
        });
  }

  void fail(size_t index, const Error& error, const std::vector<Detail>& details) {
    wire::JsonWriter json(answers_[index]);
    write_error(json, error, details);
    settle();
  }

  void settle() {
    if (--left_ == 0) finish();
  }

  void finish() {
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    json.key("responses");
    json.begin_array();
    for (const auto& answer : answers_) json.raw(answer);
    json.end_array();
    json.end_object();
    respond_(json_reply(std::move(body)));
  }

  Engine& engine_;
  Resumer& resumer_;
  Respond respond_;
  wire::JsonReader reader_;
  Arena arena_;
  std::string app_;
  std::vector<wire::JsonValue> questions_;
  std::vector<std::string> answers_;  // JSON, by question.
  size_t left_ = 0;
};

}  // namespace

void predict_batch(Engine& engine, Exchange exchange) {
  std::make_shared<Batch>(engine, exchange.resumer, std::move(exchange.respond))
      ->begin(exchange.request.body, exchange.app);
}

}  // namespace augury::api

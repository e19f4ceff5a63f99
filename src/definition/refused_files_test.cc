#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "definition/parse.h"

namespace augury::definition {
namespace {

struct Refused {
  std::string text;
  std::vector<std::string> problems;
};

const std::string kShop =
    "app: shop\n"
    "entities: {item: {attributes: {category: string, price: number, tags: "
    "strings, made: time, at: location}}, "
    "user: {attributes: {country: string}}}\n"
    "events: {view: {keys: [user, item], fields: {dwell: number}}, click: "
    "[user, item], visit: [user]}\n";

const std::string kVectors =
    "app: shop\n"
    "entities: {item: {vectors: {book: 4, cover: 3}}, user: {vectors: {taste: 4}}}\n"
    "events: {click: [user, item]}\n";

std::string vectors(const std::string& text) { return kVectors + text; }
std::string feature(const std::string& text) { return kShop + "features:\n  f: " + text + "\n"; }
std::string below(const std::string& text) { return kShop + text; }
std::string file(const std::string& text) { return text; }

// Every way to be wrong, with what is said about it.
const std::vector<Refused>& table() {
  static const std::vector<Refused> refused{
      {feature("count(clikc) by user over 1h"),
       {"shop.yaml:5:12: unknown event 'clikc'; expected one of view, click, "
        "visit, impression, any (did you mean 'click'?)"}},
      {feature("count(click)"),
       {"shop.yaml:5:18: found the end, expected 'by' and a key: user, item, "
        "session, item.<attribute>, everyone"}},
      {feature("count(click) by usr over 1h"),
       {"shop.yaml:5:22: unknown key 'usr'; expected one of user, item, "
        "session, everyone, item.category, item.price, item.tags, item.made, "
        "item.at (did you mean 'user'?)"}},
      {feature("count(click) by item.colour over 1h"),
       {"shop.yaml:5:22: unknown attribute 'item.colour'; expected one of "
        "category, price, tags, made, at"}},
      {feature("count(click) by item.price over 1h"),
       {"shop.yaml:5:22: 'item.price' is a number; a key is a string or "
        "boolean attribute"}},
      {feature("count(click) by context.device over 1h"),
       {"shop.yaml:5:22: 'by context.device': keys from the context are not "
        "built yet"}},
      {feature("count(click) by user, item, session over 1h"), {"shop.yaml:5:34: a key has one or two parts"}},
      {feature("count(click) by user, user over 1h"), {"shop.yaml:5:28: the same key twice"}},
      {feature("count(click) by user, everyone over 1h"), {"shop.yaml:5:28: 'everyone' stands alone"}},
      {feature("count(visit) by item over 1h"),
       {"shop.yaml:5:12: event 'visit' has no item, so it cannot be counted by "
        "one"}},
      {feature("count(click) by user over 1h every 7m"),
       {"shop.yaml:5:27: the window 1h is no multiple of its pane 7m; write "
        "`every` with a width that divides it"}},
      {feature("count(click) by user over 61s"),
       {"shop.yaml:5:27: the window 61s is no multiple of its default pane 5s; "
        "write `every` with a width that divides it"}},
      {feature("count(click) by user every 1m"), {"shop.yaml:5:27: 'every' needs 'over'"}},
      {feature("count(click) by user over 0s"), {"shop.yaml:5:32: found '0s', expected a window such as 1h or 30d"}},
      {feature("count(click) by user over 400d every 1s"),
       {"shop.yaml:5:27: the window 400d has 34560000 panes of 1s, at most "
        "100000; write a wider `every`"}},
      {feature("count(click) by user over 1hour"),
       {"shop.yaml:5:32: found '1hour', expected a number or a duration such "
        "as 30s, 5m, 1h or 30d"}},
      {feature("count(click) by user half_life 1h"),
       {"shop.yaml:5:27: 'count' takes no 'half_life'; expected one of over, "
        "every"}},
      {feature("count(click) by user ovr 1h"),
       {"shop.yaml:5:27: 'count' takes no 'ovr'; expected one of over, every "
        "(did you mean 'over'?)"}},
      {feature("count(click) by user over 1h over 2h"), {"shop.yaml:5:35: 'over' is written twice"}},
      {feature("count(click) by user over 1h + 1"),
       {"shop.yaml:5:35: found '+', expected the end; an aggregation stands "
        "alone: use its name in another feature to compute with it"}},
      {feature("count(click) where view.dwell > 1 by user over 1h"),
       {"shop.yaml:5:19: 'where' stands inside the parentheses: count(... "
        "where condition)"}},
      {feature("count(view where view.dwel > 10) by user over 1h"),
       {"shop.yaml:5:23: unknown name 'view.dwel'; expected one of view.dwell, item, "
        "item.category, item.price, item.tags, item.made, item.at, "
        "user.country (did you mean 'view.dwell'?)"}},
      {feature("count(view where view.dwell) by user over 1h"),
       {"shop.yaml:5:23: 'where': found a number, expected a condition such as "
        "view.dwell > 10"}},
      {feature("count(view where item > 1) by user over 1h"),
       {"shop.yaml:5:28: '>': found a string and a number, expected two of "
        "one type"}},
      {feature("count(click by user"), {"shop.yaml:5:18: found 'by', expected ')'"}},
      {feature("sum(click) by user over 1h"),
       {"shop.yaml:5:10: found 'click', expected a field of an event such as "
        "click.price"}},
      {feature("sum(click.price) by user over 1h"), {"shop.yaml:5:10: unknown field 'click.price'; expected item"}},
      {feature("sum(click.item.category) by user over 1h"),
       {"shop.yaml:5:10: 'sum': 'click.item.category' is a string, expected a "
        "number"}},
      {feature("sum(view.dwell, click.item.price) by user over 1h"),
       {"shop.yaml:5:22: 'click.item.price': several events must give the same "
        "thing"}},
      {feature("avg(view.dwell) by user half_life 3d"),
       {"shop.yaml:5:30: 'avg' takes no 'half_life'; expected one of over, "
        "every"}},
      {feature("rate(click) by item over 1h"), {"shop.yaml:5:16: found ')', expected '/'"}},
      {feature("rate(click / impression) by item over 1h prior 0.02"),
       {"shop.yaml:5:6: 'prior' and 'weight' go together: prior 0.02 weight "
        "50"}},
      {feature("rate(click / impression) by item over 1h weight 50"),
       {"shop.yaml:5:47: 'prior' and 'weight' go together: prior 0.02 weight "
        "50"}},
      {feature("decayed_count(click) by item"),
       {"shop.yaml:5:6: 'decayed_count' needs 'half_life' and a duration such "
        "as 3d"}},
      {feature("decayed_sum(view.dwell) by item half_life 0s"),
       {"shop.yaml:5:48: found '0s', expected a half-life such as 3d"}},
      {feature("last(click.item) by user"),
       {"shop.yaml:5:11: found 'click.item', expected a whole number: how "
        "many, such as last(50, click.item)"}},
      {feature("last(0, click.item) by user"), {"shop.yaml:5:11: found '0', expected a whole number from 1 to 1000"}},
      {feature("last(2.5, click.item) by user"),
       {"shop.yaml:5:11: found '2.5', expected a whole number: how many, such "
        "as last(50, click.item)"}},
      {feature("last(10, view.dwell) by user"),
       {"shop.yaml:5:15: 'last': 'view.dwell' is a number, expected an item or "
        "a string"}},
      {feature("last(10, visit.item) by user"), {"shop.yaml:5:15: event 'visit' has no item"}},
      {feature("time_since(any) by user over 1h"), {"shop.yaml:5:30: 'time_since' takes no 'over'"}},
      {feature("together(100, click.item) by item"),
       {"shop.yaml:5:6: 'together' needs 'half_life' and a duration such as "
        "3d"}},
      {feature("together(100, click.item) by user half_life 7d"), {"shop.yaml:5:6: 'together' is kept by item"}},
      {feature("together(100, click.item.category) by item half_life 7d"),
       {"shop.yaml:5:20: 'together': 'click.item.category' is a string, "
        "expected the item of an event such as click.item"}},
      {feature("together(100, click.item) by item half_life 7d decay 2"),
       {"shop.yaml:5:59: found '2', expected a number from 0 to 1"}},
      {feature("together(100, click.item) by item half_life 7d histroy 5"),
       {"shop.yaml:5:53: 'together' takes no 'histroy'; expected one of "
        "half_life, pair_half_life, history, decay, backward, norm, neighbours (did you "
        "mean 'history'?)"}},
      {feature("count(session) by user over 7d"),
       {"shop.yaml:5:12: 'session' events (session.duration) are not built "
        "yet"}},
      {feature("quantile(0.5, view.dwell) by user over 1h"), {"shop.yaml:5:6: 'quantile' is not built yet"}},
      {feature("min(view.dwell) over 1h"),
       {"shop.yaml:5:22: found 'over', expected 'by' and a key: user, item, "
        "session, item.<attribute>, everyone"}},
      {feature("max(click.item.category) by user"),
       {"shop.yaml:5:10: 'max': 'click.item.category' is a string, expected a "
        "number"}},
      {feature("min(item.price) * 2"), {"shop.yaml:5:6: 'min': found 1 argument, expected at least 2"}},
      {feature("variance(click) by user over 1h"),
       {"shop.yaml:5:15: found 'click', expected a field of an event such as "
        "click.price"}},
      {feature("top(click.item) by user over 7d"),
       {"shop.yaml:5:10: found 'click.item', expected a whole number: how "
        "many, such as top(50, click.item)"}},
      {feature("top(10, view.dwell) by user"),
       {"shop.yaml:5:14: 'top': 'view.dwell' is a number, expected an item or "
        "a string"}},
      {feature("top(10, click) by user"),
       {"shop.yaml:5:14: found 'click', expected a field of an event such as "
        "click.item"}},
      {feature("top(10, click.item.category) by user over 7d every 1h"),
       {"shop.yaml:5:43: the window 7d has 168 panes of 1h, at most 30; write "
        "a wider `every`"}},
      {feature("first(5, click.item) by user half_life 1d"),
       {"shop.yaml:5:35: 'first' takes no 'half_life'; expected one of over, "
        "every"}},
      {feature("gap(click.item) by user"),
       {"shop.yaml:5:10: found 'click.item', expected an event without a "
        "field"}},
      {feature("2 * first_time(click)"),
       {"shop.yaml:5:10: 'first_time' is an aggregation: write it as a "
        "feature of its own and use that feature's name here"}},
      {feature("distinct(click.item) by user over 7d"), {"shop.yaml:5:6: 'distinct' is not built yet"}},
      {feature("dot(item.price, item.price)"),
       {"shop.yaml:5:10: 'dot': found a number, expected a vector of the item or the user"}},
      {feature("item.prcie * 2"),
       {"shop.yaml:5:6: unknown name 'item.prcie'; expected one of now, item, "
        "item.category, item.price, item.tags, item.made, item.at, "
        "user.country, f (did you mean 'item.price'?)"}},
      {feature("lgo(item.price)"), {"shop.yaml:5:6: unknown function 'lgo' (did you mean 'log'?)"}},
      {feature("log(item.price, 2)"), {"shop.yaml:5:6: 'log': found 2 arguments, expected 1"}},
      {feature("log(item.category)"), {"shop.yaml:5:10: 'log': found a string, expected a number"}},
      {feature("item.price +"),
       {"shop.yaml:5:18: found the end, expected a value: a name, a number, a "
        "text in quotes or '('"}},
      {feature("item.price > 1 > 2"), {"shop.yaml:5:21: found '>', expected 'and' between two comparisons"}},
      {feature("item.price = 1"),
       {"shop.yaml:5:17: found '=', which no expression uses (equality is "
        "written ==)"}},
      {feature("item.category < \"b\""),
       {"shop.yaml:5:20: '<' does not compare a string; texts compare with == "
        "and !="}},
      {feature("item.category == 5"),
       {"shop.yaml:5:20: '==': found a string and a number, expected two of "
        "one type"}},
      {feature("if(item.price, 1, 2)"), {"shop.yaml:5:9: found a number, expected a condition such as x > 0"}},
      {feature("2 * count(click)"),
       {"shop.yaml:5:10: 'count' is an aggregation: write it as a feature of "
        "its own and use that feature's name here"}},
      {feature("bucket(item.price, [3, 2])"), {"shop.yaml:5:29: 'bucket': expected bounds in rising order"}},
      {feature("bucket(item.price, 3)"),
       {"shop.yaml:5:25: 'bucket': expected constants in brackets such as [1, "
        "10, 100]"}},
      {feature("code(item.category, [])"),
       {"shop.yaml:5:26: 'code': expected constants in brackets such as "
        "[mobile, tablet]"}},
      {feature("hash(item.category, 0)"),
       {"shop.yaml:5:26: 'hash': expected a whole number from 1 to "
        "4294967296"}},
      {feature("share(item.price, item.category)"),
       {"shop.yaml:5:12: 'share': found a number, expected a list or strings"}},
      {feature("distance(item.at, item.price)"),
       {"shop.yaml:5:24: 'distance': found a number, expected a location such "
        "as context.location"}},
      {feature("hour_of_day(item.price)"),
       {"shop.yaml:5:18: 'hour_of_day': found a number, expected a time such "
        "as now"}},
      {feature("done(clikc, 30d) + 0"),
       {"shop.yaml:5:11: 'done': unknown event 'clikc'; expected one of view, "
        "click, visit, impression (did you mean 'click'?)"}},
      {feature("pull(x, item)"), {"shop.yaml:5:11: 'pull': unknown feature 'x'; expected f"}},
      {feature("pull(g, item)\n  g: last(5, click.item) by user"),
       {"shop.yaml:5:11: 'pull': 'g' is no together(...) feature"}},
      {feature("pull(g, user)\n  g: together(5, click.item) by item half_life 1d"),
       {"shop.yaml:5:14: 'pull': expected 'item', what is pulled at"}},
      {feature("pull(g, item, 30)\n  g: together(5, click.item) by item half_life 1d"),
       {"shop.yaml:5:11: 'pull': 'g' keeps the last 21 items of a user, found 30; write history 30 there"}},
      {feature("pull(g, item, 3, 2)\n  g: together(5, click.item) by item half_life 1d"),
       {"shop.yaml:5:23: 'pull': expected a number from 0 to 1, what each older item is worth of the one after"}},
      {feature("pull(g, item, 3, 0.5, 7)\n  g: together(5, click.item) by item half_life 1d"),
       {"shop.yaml:5:28: 'pull': expected a half-life such as 30d"}},
      {feature("similar(g, item.price)\n  g: last(5, click.item) by user"),
       {"shop.yaml:5:14: 'similar': 'item.price' is no string or strings attribute; expected one of category, tags"}},
      {feature("similar(g, item.tags)\n  g: last(5, click.item) by everyone"),
       {"shop.yaml:5:14: 'similar': 'g' is no list of items by user or session such as last(30, click.item) by "
        "user"}},
      {feature("similar(g, tags)\n  g: last(5, click.item) by user"),
       {"shop.yaml:5:17: 'similar': expected an attribute of the item such as item.tags"}},
      {feature("done(click, 30)"), {"shop.yaml:5:18: 'done': expected a window such as 30d"}},
      {feature("[item.price]"),
       {"shop.yaml:5:6: feature 'f': found a list, expected an aggregation "
        "such as count(click) by user over 1h, or an expression; one that "
        "begins with [ or { needs quotes"}},
      {feature("item.price + ) # why"),
       {"shop.yaml:5:19: found ')', expected a value: a name, a number, a text "
        "in quotes or '(' (what follows # is a comment; an expression that "
        "contains \" #\" needs quotes)"}},
      {feature("f + 1"), {"shop.yaml:5:3: feature 'f' depends on itself: f -> f"}},
      {feature("1 + 30x"),
       {"shop.yaml:5:10: found '30x', expected a number or a duration such as "
        "30s, 5m, 1h or 30d"}},
      {feature("item.price $ 2"), {"shop.yaml:5:17: found '$', which no expression uses"}},
      {feature("!not item.price"),
       {"shop.yaml:5:6: found the tag '!not'; tags are not used here (a text "
        "that begins with ! needs quotes)"}},
      {feature("f: x"),
       {"shop.yaml:5:7: not valid YAML: illegal map value (an expression "
        "containing \": \" or \" #\", or beginning with one of & * ! | > ' \" "
        "% @ ` [ {, needs quotes)"}},
      {below("colour: red\n"),
       {"shop.yaml:4:1: unknown key 'colour' in the app file; expected one of "
        "app, entities, events, impressions, log_candidates, session, dedup, "
        "models, features, placements, experiments"}},
      {below("keep: {events: 400d}\nalerts: {}\n"),
       {"shop.yaml:4:1: the app file: 'keep' is not built yet",
        "shop.yaml:5:1: the app file: 'alerts' is not built yet"}},
      {below("impressions: sometimes\n"),
       {"shop.yaml:4:14: impressions: found 'sometimes', expected served or "
        "sent"}},
      {below("log_candidates: 120%\n"),
       {"shop.yaml:4:17: log_candidates: found '120%', expected a share such "
        "as 10%"}},
      {below("session: {gap: 0s}\n"), {"shop.yaml:4:16: session.gap: found '0s', expected more than 0s"}},
      {below("dedup: {window: 90d, entries: 5}\n"),
       {"shop.yaml:4:17: dedup.window: found '90d', expected 1m to 30d",
        "shop.yaml:4:31: dedup.entries: found '5', expected 1000 to 10G"}},
      {below("features: [a, b]\n"), {"shop.yaml:4:11: features: found a list, expected a map"}},
      {below("features: {click: 1 + 1, now: 2, 3x: 1}\n"),
       {"shop.yaml:4:12: 'click' is the name of an event in line 3 already; "
        "vectors, features, models and events share their names",
        "shop.yaml:4:26: 'now' is a reserved word; choose another name for a "
        "feature",
        "shop.yaml:4:34: '3x' is no name for a feature; use letters, digits "
        "and _, a letter first"}},
      {below("features: {a: b + 1, b: c + 1, c: a + 1}\n"),
       {"shop.yaml:4:12: feature 'a' depends on itself: a -> b -> c -> a"}},
      {below("features: {a: nope + 1, b: a * 2}\nmodels: {a: {file: x}}\n"),
       {"shop.yaml:4:15: unknown name 'nope'; expected one of now, item, "
        "item.category, item.price, item.tags, item.made, item.at, "
        "user.country, a, b (a text needs quotes)",
        "shop.yaml:5:10: 'a' is the name of a feature in line 4 already; "
        "vectors, features, models and events share their names"}},
      {below("models: {m: {}}\n"), {"shop.yaml:4:13: model 'm': 'file' is missing"}},
      {below("models: {m: {file: x, device: gpu, inputs: [pricee]}}\nfeatures: "
             "{price: item.price}\n"),
       {"shop.yaml:4:23: model 'm': 'device' is not built yet",
        "shop.yaml:4:45: inputs: unknown name 'pricee'; expected price (did "
        "you mean 'price'?)"}},
      {below("features: {l: \"last(5, click.item) by user\"}\nmodels: {m: "
             "{file: x, inputs: [l]}}\n"),
       {"shop.yaml:5:10: model 'm': input 'l' is a list, expected a number, "
        "a boolean or a vector"}},
      {below("placements: {home: {recall: []}}\n"),
       {"shop.yaml:4:29: recall: found an empty list, expected a list of "
        "sources such as [{popular: item_trend}]"}},
      {below("placements: {home: {recall: [{popular: x}]}}\n"), {"shop.yaml:4:40: popular: unknown name 'x'"}},
      {below("features: {u: count(click) by user over 1h}\nplacements: {home: "
             "{recall: [{popular: u}]}}\n"),
       {"shop.yaml:5:40: popular: 'u' is no popularity; expected a count, sum, "
        "avg, rate, decayed_count or decayed_sum by item"}},
      {below("placements: {home: {recall: [{recent: item.price}]}}\n"),
       {"shop.yaml:4:39: recent: unknown name 'item.price'; expected "
        "item.made"}},
      {below("placements: {home: {recall: [{limit: 5}, {nearest: v, to: w}, "
             "{recent: item.made, limit: 0}]}}\n"),
       {"shop.yaml:4:30: recall source: expected exactly one of popular, "
        "related, recent, nearest, own",
        "shop.yaml:4:52: nearest: found 'v', expected a vector of item; write one under entities.item.vectors",
        "shop.yaml:4:90: limit: found '0', expected a whole number from 1 to "
        "1000"}},
      {below("features: {t: \"together(5, click.item) by item half_life 1d\", "
             "u: time_since(click) by user}\nplacements: {home: {recall: "
             "[{related: t}, {related: u, to: t}, {related: t, to: u}]}}\n"),
       {"shop.yaml:5:40: related: 'to' is missing: a list of items such as "
        "last(50, click.item) by user",
        "shop.yaml:5:54: related: 'u' is no together(...) feature",
        "shop.yaml:5:82: to: 'u' is no list of items by user or session such "
        "as last(50, click.item) by user"}},
      {below("placements: {home: {deadline: 50ms, score: {members: {price: 1}, "
             "timeout: 50ms}}}\nfeatures: {price: item.price}\n"),
       {"shop.yaml:4:75: timeout: 50ms must be above 0s and below the deadline "
        "50ms"}},
      {below("placements: {home: {score: {members: {rankr: 1, \"ranker@3\": 1, "
             "cat: 1}, normalize: ranks}}}\nmodels: {ranker: {file: "
             "r}}\nfeatures: {cat: item.category}\n"),
       {"shop.yaml:4:39: members: unknown model or feature 'rankr'; expected "
        "one of ranker, cat (did you mean 'ranker'?)",
        "shop.yaml:4:49: members: 'ranker@3': versions (name@version) are not "
        "built yet",
        "shop.yaml:4:64: members: 'cat' is a string, expected a number or a "
        "boolean",
        "shop.yaml:4:84: normalize: unknown name 'ranks'; expected one of "
        "none, rank, minmax, zscore, sigmoid (did you mean 'rank'?)"}},
      {below("placements: {home: {score: {}}}\n"), {"shop.yaml:4:28: score: 'members' is missing"}},
      {below("placements: {home: {score: {members: {price: 0}}}}\nfeatures: "
             "{price: item.price}\n"),
       {"shop.yaml:4:38: members: every weight is 0"}},
      {below("placements: {home: {filter: item.price, choose: {count: 0, "
             "diversity: {by: item.price, at_most: 1}, promote: [], explore: "
             "{}}}}\n"),
       {"shop.yaml:4:29: filter: found a number, expected a condition such as "
        "item.price > 10",
        "shop.yaml:4:57: count: found '0', expected a whole number from 1 to "
        "1000",
        "shop.yaml:4:76: diversity.by: 'item.price' is a number, expected a "
        "string attribute",
        "shop.yaml:4:101: choose: 'promote' is not built yet", "shop.yaml:4:114: choose: 'explore' is not built yet"}},
      {below("placements: {home: {choose: {diversity: {by: item.categori}}}}\n"),
       {"shop.yaml:4:41: diversity: 'at_most' is missing",
        "shop.yaml:4:46: diversity.by: unknown name 'item.categori'; expected "
        "one of item.category, item.price, item.tags, item.made, item.at (did "
        "you mean 'item.category'?)"}},
      {below("placements: {home: {fallback: {simplified: {model: light}, "
             "popular: {by: x, per: context.country}, static: [a, a, []]}}}\n"),
       {"shop.yaml:4:52: simplified.model: unknown name 'light'", "shop.yaml:4:74: fallback.popular: unknown name 'x'",
        "shop.yaml:4:77: fallback.popular: 'per' is not built yet",
        "shop.yaml:4:112: static: item 'a' is written twice",
        "shop.yaml:4:115: static: found an empty list, expected an item id of "
        "1 to 256 bytes"}},
      {below("placements: {home: {cache: {ttl: long, refresh_on: [clik, "
             "impression]}}}\n"),
       {"shop.yaml:4:34: ttl: found 'long', expected a duration such as 100ms, "
        "5m or 30d",
        "shop.yaml:4:53: refresh_on: unknown name 'clik'; expected one of "
        "view, click, visit (did you mean 'click'?)",
        "shop.yaml:4:59: refresh_on: impressions never make an answer stale"}},
      {below("placements: {home: {deadline: 5}}\n"),
       {"shop.yaml:4:31: deadline: found '5', expected a duration such as "
        "100ms, 5m or 30d"}},
      {below("placements: {home: {filter: [a]}}\n"),
       {"shop.yaml:4:29: expression: found a list, expected text; one that "
        "begins with [ or { needs quotes"}},
      {below("placements: {home: {}}\nexperiments: {x: {placement: hom, "
             "traffic: {a: 60%, b: 50%}, unit: item}}\n"),
       {"shop.yaml:5:30: placement: unknown name 'hom'; expected home (did you "
        "mean 'home'?)",
        "shop.yaml:5:44: traffic: the shares add up to more than 100%",
        "shop.yaml:5:68: unit: unknown name 'item'; expected one of user, "
        "session"}},
      {below("models: {r: {file: r}, q: {file: q}}\nplacements: {home: {score: "
             "{members: {r: 1}}}}\nexperiments: {x: {placement: home, start: "
             "2026-02-10T00:00:00Z, end: 2026-01-10T00:00:00Z, traffic: {a: "
             "50%, auto: 1%}, variants: {a: {models: {r: q@3, s: q}, weights: "
             "{z: 1}, count: 0}, c: {}}, reward: x}}\n"),
       {"shop.yaml:6:70: end: must be after start",
        "shop.yaml:6:110: 'auto' is no name for a variant: requests say it to "
        "let the experiment decide",
        "shop.yaml:6:131: variants: 'auto' of traffic is missing; write auto: "
        "{} if it changes nothing",
        "shop.yaml:6:148: models: 'q@3': versions (name@version) are not built "
        "yet; name another entry of models:",
        "shop.yaml:6:153: models: 's' is no model of placement 'home'; "
        "expected r",
        "shop.yaml:6:170: weights: 'z' is no member of placement 'home'; "
        "expected r",
        "shop.yaml:6:184: count: found '0', expected a whole number from 1 to "
        "1000",
        "shop.yaml:6:188: variant 'c' has no share in traffic; expected one of "
        "a, auto",
        "shop.yaml:6:196: experiment 'x': 'reward' is not built yet"}},
      {below("placements: {home: {}}\nexperiments: {x: {placement: home, "
             "start: soon, enabled: maybe, traffic: {policy: thompson}}}\n"),
       {"shop.yaml:5:43: start: found 'soon', expected a time such as "
        "2026-01-10T00:00:00Z",
        "shop.yaml:5:58: enabled: found 'maybe', expected true or false",
        "shop.yaml:5:75: traffic: 'policy' is not built yet"}},
      {below("placements: {home: {}}\nexperiments: {x: {placement: home}}\n"),
       {"shop.yaml:5:18: experiment 'x': 'traffic' is missing"}},
      {below("placements: {\"9\": {}}\n"),
       {"shop.yaml:4:14: '9' is no name for a placement; use letters, digits "
        "and _ and -, a letter first"}},
      {file(""), {"shop.yaml:1:1: the app file: 'app' is missing", "shop.yaml:1:1: the app file: 'events' is missing"}},
      {file("app: shop\n"), {"shop.yaml:1:1: the app file: 'events' is missing"}},
      {file("app: my shop\nevents: {}\n"),
       {"shop.yaml:1:6: app: found 'my shop', expected a name of letters, "
        "digits, _ and -",
        "shop.yaml:2:9: events: found an empty map, expected at least one, "
        "such as {click: [user, item]}"}},
      {file("app: shop\nevents: {click: [user, itm], view: {keys: []}, buy: "
            "{fields: {price: money}}, impression: [user, item]}\n"),
       {"shop.yaml:2:24: event 'click': keys: found 'itm', expected user or "
        "item",
        "shop.yaml:2:43: event 'view': found an empty list, expected its keys, "
        "such as [user, item]",
        "shop.yaml:2:53: event 'buy': 'keys' is missing",
        "shop.yaml:2:70: field 'price': found 'money'; expected one of string, "
        "number, boolean, strings, time, location",
        "shop.yaml:2:79: 'impression' is always there: Augury logs its own "
        "answers, or takes them as events with `impressions: sent`"}},
      {file("app: shop\napp: shop\n"), {"shop.yaml:2:1: key 'app' is written twice"}},
      {file("app: shop\nevents: {click: [user, item]}\nplacements:\n  home:\n  "
            "  filter: item.x == \"a: b\"\n"),
       {"shop.yaml:5:25: not valid YAML: illegal map value (an expression "
        "containing \": \" or \" #\", or beginning with one of & * ! | > ' \" "
        "% @ ` [ {, needs quotes)"}},
      {file("app: shop\nevents: {click: [user, item], any: [user]}\nentities: "
            "{item: {attributes: {price: num}, vectors: {v: 64}}, user: 5, "
            "thing: {}}\n"),
       {"shop.yaml:2:31: 'any' is a reserved word; choose another name for an "
        "event",
        "shop.yaml:3:39: item attribute 'price': found 'num'; expected one of "
        "string, number, boolean, strings, time, location",
        "shop.yaml:3:70: entities.user: found '5', expected a map",
        "shop.yaml:3:73: unknown key 'thing' in entities; expected one of "
        "item, user"}},
      {file("- a\n"), {"shop.yaml:1:1: the app file: found a list, expected a map"}},
      {file("app: shop\nevents: {click: {keys: [user, item], fields: {item: "
            "string}}}\n"),
       {"shop.yaml:2:10: event 'click': a field cannot be called 'item'; it is "
        "a key"}},
      {file("app: shop\nentities: {item: {attributes: {e: number}, vectors: {e: 4, v: 0, w: 4097, x: 1.5, click: 8, "
            "user: 2}}, user: {vectors: {v: 3, 9: 4}}}\nevents: {click: [user, item]}\nfeatures: {w: 1 + 1}\n"),
       {"shop.yaml:2:54: item vector 'e': an attribute has that name already",
        "shop.yaml:2:63: item vector 'v': found '0', expected a whole number from 1 to 4096",
        "shop.yaml:2:69: item vector 'w': found '4097', expected a whole number from 1 to 4096",
        "shop.yaml:2:78: item vector 'x': found '1.5', expected a whole number from 1 to 4096",
        "shop.yaml:2:93: 'user' is a reserved word; choose another name for a vector",
        "shop.yaml:2:121: 'v' is the name of a vector in line 2 already; vectors, features, models and events share "
        "their names",
        "shop.yaml:2:127: '9' is no name for a vector; use letters, digits and _, a letter first",
        "shop.yaml:3:10: 'click' is the name of a vector in line 2 already; vectors, features, models and events share "
        "their names",
        "shop.yaml:4:12: 'w' is the name of a vector in line 2 already; vectors, features, models and events share "
        "their names"}},
      {vectors("features: {f: \"dot(taste, cover)\"}\n"),
       {"shop.yaml:4:16: 'dot': found vectors of 4 and 3 numbers, expected two of one dimension"}},
      {vectors("features: {f: \"cosine(taste, boko)\"}\n"),
       {"shop.yaml:4:30: unknown name 'boko'; expected one of now, item, book, cover, taste, f (did you mean "
        "'book'?)"}},
      {vectors("features: {f: \"dot(taste)\"}\n"), {"shop.yaml:4:16: 'dot': found 1 argument, expected 2"}},
      {vectors("features: {f: \"norm(taste) + book\"}\n"), {"shop.yaml:4:30: '+': found a vector, expected a number"}},
      {vectors("features: {f: \"dot(taste or cover, book)\"}\n"),
       {"shop.yaml:4:26: 'or': found vectors of 4 and 3 numbers, expected two of one dimension"}},
      {vectors("features: {f: \"dot(context.taste, book)\"}\n"),
       {"shop.yaml:4:20: 'dot': found a number, expected a vector of the item or the user"}},
      {vectors("features: {f: count(click) by item.book over 1h}\n"),
       {"shop.yaml:4:31: unknown attribute 'item.book'"}},
      {vectors("placements: {home: {recall: [{nearest: boko, to: taste}, {nearest: cover, to: taste}, {nearest: book}, "
               "{nearest: book, to: tase}, {nearest: book, to: book}, {popular: f, to: taste}]}}\n"),
       {"shop.yaml:4:40: nearest: unknown name 'boko'; expected one of book, cover (did you mean 'book'?)",
        "shop.yaml:4:79: to: 'taste' has 4 numbers and 'cover' 3; expected two of one dimension",
        "shop.yaml:4:97: nearest: 'to' is missing: a vector of the user",
        "shop.yaml:4:124: to: unknown name 'tase'; expected taste (did you mean 'taste'?)",
        "shop.yaml:4:151: to: 'book' is no vector of the user",
        "shop.yaml:4:175: recall source: 'to' belongs to 'related' and 'nearest'"}},
      {vectors("placements: {home: {score: {members: {book: 1}}}}\n"),
       {"shop.yaml:4:39: members: 'book' is a vector, expected a number or a boolean"}},
  };
  return refused;
}

TEST(ParseApp, SaysExactlyWhatIsWrongAndWhere) {
  EXPECT_GE(table().size(), 60u);
  for (const auto& [text, expected] : table()) {
    std::vector<std::string> got;
    for (const auto& problem : parse_app(text, "shop.yaml").problems) got.push_back(problem.text());
    EXPECT_EQ(got, expected) << text;
  }
}

}  // namespace
}  // namespace augury::definition

"""What the server must know, computed by plain Python from the events that must have been counted.

The features are those of crash.yaml. Every value is read at one fixed moment, so each event adds the same amount
whenever it is counted, and the order of counting does not matter.
"""
import bisect
import itertools
import random

USERS = [f'user-{number}' for number in range(400)]
ITEMS = [f'item-{number}' for number in range(150)]
USER_FEATURES = ['user_events', 'user_views_1h', 'user_spend', 'user_dwell_avg', 'user_heat', 'user_recent']
ITEM_FEATURES = ['item_views', 'item_heat', 'item_ctr']
SPAN_MS = 10_000_019  # A prime, so that every event has a millisecond of its own.
STEP_MS = 7_654_321
MINUTE_MS = 60_000


class EventSource:
    """Events with ids and times of their own, in no order of time, all before `now_ms`. Thread-safe."""

    def __init__(self, seed, now_ms):
        self.numbers = itertools.count()
        self.seed, self.start_ms = seed, now_ms - SPAN_MS - 1000

    def take(self, count):
        return [self._event(next(self.numbers)) for _ in range(count)]

    def _event(self, number):
        dice = random.Random(self.seed * 1_000_003 + number)
        kind = dice.choices(['view', 'click', 'purchase'], [6, 3, 1])[0]
        event = {'event_id': f'e-{number}', 'event': kind, 'user_id': dice.choice(USERS), 'item_id': dice.choice(ITEMS),
                 'timestamp': self.start_ms + number * STEP_MS % SPAN_MS}
        if kind == 'view':
            event['fields'] = {'dwell': dice.randrange(0, 4000) / 100}
        if kind == 'purchase':
            event['fields'] = {'price': dice.randrange(1, 20000) / 100}
        return event


class UserState:
    def __init__(self):
        self.events = self.views_1h = self.long_views = 0
        self.spend = self.heat = self.long_dwell = 0.0
        self.clicks = []  # (time, item), oldest first.


class ItemState:
    def __init__(self):
        self.views = self.clicks = 0
        self.heat = 0.0


class ExpectedState:
    """Not thread-safe: the main thread counts."""

    def __init__(self, now_ms):
        self.now_ms = now_ms
        self.users = {user: UserState() for user in USERS}
        self.items = {item: ItemState() for item in ITEMS}
        self.pair_views = {}
        self.events = 0

    def count(self, event):
        at, kind = event['timestamp'], event['event']
        user, item = self.users[event['user_id']], self.items[event['item_id']]
        self.events += 1
        user.events += 1
        if kind == 'view':
            self._count_view(event, user, item)
        elif kind == 'click':
            item.clicks += 1
            bisect.insort(user.clicks, (at, event['item_id']))
        else:
            price = event['fields']['price']
            user.spend += price
            user.heat += price * self._decay(at, 60)
        if kind != 'purchase':
            item.heat += self._decay(at, 10)

    def _count_view(self, event, user, item):
        item.views += 1
        panes_ago = self.now_ms // MINUTE_MS - event['timestamp'] // MINUTE_MS
        user.views_1h += panes_ago < 60
        dwell = event['fields']['dwell']
        if dwell > 10:
            user.long_views += 1
            user.long_dwell += dwell
        pair = event['user_id'], event['item_id']
        self.pair_views[pair] = self.pair_views.get(pair, 0) + 1

    def _decay(self, at, half_life_minutes):
        return 2.0 ** (-(self.now_ms - at) / (half_life_minutes * MINUTE_MS))

    def user_values(self, name):
        user = self.users[name]
        return {'user_events': user.events, 'user_views_1h': user.views_1h, 'user_spend': user.spend,
                'user_dwell_avg': user.long_dwell / user.long_views if user.long_views else None,
                'user_heat': user.heat, 'user_recent': [item for _, item in reversed(user.clicks[-20:])]}

    def item_values(self, name):
        item = self.items[name]
        return {'item_views': item.views, 'item_heat': item.heat, 'item_ctr': (item.clicks + 1) / (item.views + 10)}


def same(found, expected):
    if isinstance(expected, list):
        return [one if isinstance(one, str) else one['id'] for one in found or []] == expected
    if expected is None or found is None:
        return found is expected or (found is None and expected == 0)
    return abs(found - expected) <= 1e-9 * max(1.0, abs(expected))

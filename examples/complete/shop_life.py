"""A small shop with people whose tastes are known: who and what there is, and what somebody does with what they are shown.

Things and people have a taste of a few numbers that nobody sees; their embeddings are those numbers spread over 64, with
noise. Training and example see the same shop, in the same January, with other lives in it. Times are seconds.
"""
import datetime
import math
import random

TASTE, WIDTH = 8, 64
CATEGORIES = ["tents", "boots", "jackets", "stoves", "packs", "lamps", "ropes", "maps", "bikes", "knives"]
BRANDS = ["house", "alma", "borealis", "cirrus", "dolomit", "eiger"]
TAGS = ["light", "warm", "waterproof", "compact", "winter", "family"]
DEVICES = ["mobile", "tablet", "desktop"]
DAY = 86400
OPENED = int(datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc).timestamp())


def iso(second):
    return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).isoformat()


class Shop:
    def __init__(self, life, items=300, users=120):
        """`life` is the seed of what happens; who and what there is does not depend on it."""
        self.random = random.Random(1)
        gauss = self.random.gauss
        self.spread = [[gauss(0, 1 / math.sqrt(WIDTH)) for _ in range(TASTE)] for _ in range(WIDTH)]
        centers = {category: self._unit([gauss(0, 1) for _ in range(TASTE)]) for category in CATEGORIES}
        self.items = {f"item_{n}": self._item(centers) for n in range(1, items + 1)}
        self.users = {f"user_{n}": self._user(centers) for n in range(1, users + 1)}
        self.random = random.Random(life)
        self.hot, self.hot_until = [], 0

    def _unit(self, numbers):
        length = math.sqrt(sum(x * x for x in numbers))
        return [x / length for x in numbers]

    def _embedding(self, taste):
        return [round(sum(a * b for a, b in zip(row, taste)) + self.random.gauss(0, 0.03), 4) for row in self.spread]

    def _item(self, centers):
        draw = self.random
        category = draw.choice(CATEGORIES)
        taste = self._unit([x + draw.gauss(0, 0.25) for x in centers[category]])
        born = OPENED + draw.randrange(-60 * DAY, 20 * DAY)
        return {"taste": taste, "born": born, "appeal": draw.gauss(0, 0.4),
                "attributes": {"category": category, "brand": draw.choice(BRANDS), "price": round(10 * math.exp(draw.gauss(1.2, 0.7)), 2),
                               "tags": draw.sample(TAGS, 2), "in_stock": draw.random() < 0.95, "created_at": iso(born)},
                "vectors": {"item_embedding": self._embedding(taste)}}

    def _user(self, centers):
        draw = self.random
        first, second = draw.sample(CATEGORIES, 2)
        taste = self._unit([a + 0.7 * b + draw.gauss(0, 0.2) for a, b in zip(centers[first], centers[second])])
        return {"taste": taste, "attributes": {"country": draw.choice(["at", "ch", "de"]), "segment": draw.choice(["new", "loyal"])},
                "vectors": {"user_embedding": self._embedding(taste)}}

    def catalogue(self):
        return [{"item_id": name, "attributes": item["attributes"], "vectors": item["vectors"]} for name, item in self.items.items()]

    def people(self):
        return [{"user_id": name, "attributes": user["attributes"], "vectors": user["vectors"]} for name, user in self.users.items()]

    def on_sale(self, now):
        return [name for name, item in self.items.items() if item["attributes"]["in_stock"] and item["born"] <= now]

    def likes(self, user, item, device, now):
        """How probably this person clicks that thing. What is hot changes every six hours."""
        if now >= self.hot_until:
            self.hot, self.hot_until = self.random.sample(list(self.items), 15), now + 6 * 3600
        thing = self.items[item]
        logit = -3.4 + thing["appeal"] + 3 * sum(a * b for a, b in zip(self.users[user]["taste"], thing["taste"]))
        logit += 1.5 * (item in self.hot) + 1 * math.exp(-(now - thing["born"]) / (7 * DAY))
        if device == "mobile":  # On the way nobody buys what is dear.
            logit -= 0.6 * math.log(thing["attributes"]["price"] / 33)
        return 1 / (1 + math.exp(-logit))

    def visit(self, user, session, device, shown, now):
        """The events that follow from what somebody is shown."""
        events, draw = [], self.random

        def happens(event, item, later, **fields):
            events.append({"event": event, "user_id": user, "item_id": item, "session_id": session, "timestamp": now + later,
                           "context": {"device": device}, "fields": fields})

        for place, item in enumerate(shown):
            if draw.random() >= self.likes(user, item, device, now):
                continue
            later = 2 * (place + 1)
            happens("click", item, later)
            happens("view", item, later, dwell=round(draw.expovariate(1 / 30), 1))
            if draw.random() < 0.3:
                happens("cart", item, later + 1)
                if draw.random() < 0.5:
                    happens("purchase", item, later + 1, price=self.items[item]["attributes"]["price"], quantity=1)
        return events

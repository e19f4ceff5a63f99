"""Embeddings of people and things whose inner product says who will like what, from who was shown what and clicked it.

What a person clicked is factorised as implicit feedback (Hu, Koren and Volinsky, 2008): by turns, with the things'
vectors held still each person's is a small linear system, and the other way round. One number more is how well a thing
does with everybody; it meets a constant of the person. Who has clicked nothing, and what nobody has, has zeros.
"""
import numpy

# Confidence, shrinkage and spread were chosen by the last fifth of the log: its figure is that much too kind to them.
WIDE, ROUNDS = 16, 8  # The first of the sixteen numbers is the one for everybody.
CONFIDENCE, SHRINK = 40.0, 100.0
SHOWN_BEFORE = 20  # A thing's rate of clicks counts as if it had been shown so often at the mean rate before.
PERSONAL = 0.045  # Spread of the personal part over what was shown, in the unit of a click.


def _groups(keys, count):
    """The places of each key, in order."""
    order = numpy.argsort(keys, kind="stable")
    return numpy.split(order, numpy.cumsum(numpy.bincount(keys, minlength=count))[:-1])


def _solve(table, others, seen_by_row):
    everything = others.T @ others + SHRINK * numpy.eye(others.shape[1])
    for row, seen in enumerate(seen_by_row):
        near = others[seen]
        table[row] = numpy.linalg.solve(everything + CONFIDENCE * near.T @ near, (1 + CONFIDENCE) * near.sum(axis=0))


def _by_turns(people, things, users, items, seed):
    user_table = numpy.zeros((users, WIDE - 1))
    item_table = numpy.random.default_rng(seed).normal(scale=0.1, size=(items, WIDE - 1))
    of_person = [things[places] for places in _groups(people, users)]
    of_thing = [people[places] for places in _groups(things, items)]
    for _ in range(ROUNDS):
        _solve(user_table, item_table, of_person)
        _solve(item_table, user_table, of_thing)
    return user_table, item_table


def factorize(people, things, clicked, users, items, seed):
    """The tables of people and of things, a row each."""
    liked = clicked == 1
    user_table, item_table = _by_turns(people[liked], things[liked], users, items, seed)
    user_table *= PERSONAL / (user_table[people] * item_table[things]).sum(axis=1).std()
    shown = numpy.bincount(things, minlength=items)
    more_than_mean = numpy.bincount(things[liked], minlength=items) - clicked.mean() * shown
    for_everybody = more_than_mean / (shown + SHOWN_BEFORE)
    known = numpy.bincount(people[liked], minlength=users) > 0
    return _balanced(numpy.column_stack([known, user_table]), numpy.column_stack([for_everybody, item_table]))


def _balanced(user_table, item_table):
    """The same products, each number as large with people as with things: eight bits then serve both."""
    of_people, of_things = (numpy.sqrt((table ** 2).mean(axis=0)) for table in (user_table, item_table))
    share = numpy.sqrt(of_things / of_people)
    return user_table * share, item_table / share


def eight_bits(table):
    """Whole numbers of -127 to 127 in the table's proportions: no order of products depends on the common factor."""
    return numpy.round(table * (127 / numpy.abs(table).max())).astype(numpy.int8)

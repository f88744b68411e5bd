"""Doubtful matches of trends over the runs: both sides with their articles, and the verdict of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.services.reviewing import Review, Side
from foresight.ui.curate import author, done
from foresight.ui.escape import plain
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services


def section(services: Services, reader: Reader) -> None:
    """The list of what is to be judged; nothing where there is nothing."""
    found = services.trends.reviews(reader.lang)
    if not found:
        return
    with st.expander(reader("review_title", count=len(found)), icon=":material/balance:"):
        st.caption(reader("review_help"))
        who = author(reader, "review")
        for review in found:
            with st.container(border=True):
                _one(review, services, who, reader)


def _one(review: Review, services: Services, who: str, reader: Reader) -> None:
    st.markdown(reader(f"review_kind_{review.lineage.kind.value}", **_facts(review, reader)))
    for column, key, side in zip(st.columns(2), ("then", "now"), (review.then, review.now), strict=True):
        with column:
            _side(side, reader(f"review_{key}", date=reader.date(side.trend.as_of)))
    pair = {"trend_id": review.lineage.trend_id, "earlier": review.lineage.earlier_id}
    name = f"{review.lineage.trend_id}_{review.lineage.earlier_id}"
    missing = None if who else reader("name_first")
    with st.container(horizontal=True):
        if st.button(reader("review_same"), key=f"same_{name}", disabled=not who, help=missing):
            services.trends.same(**pair, who=who, seen=review.now.trend.run_id)
            done(reader("told_same"), who)
        if st.button(reader("review_apart"), key=f"apart_{name}", disabled=not who, help=missing):
            services.trends.apart(**pair, who=who, seen=review.now.trend.run_id)
            done(reader("told_apart"), who)


def _facts(review: Review, reader: Reader) -> dict[str, object]:
    return {
        "similarity": reader.number(review.lineage.similarity, digits=2),
        "shared": review.lineage.shared,
    }


def _side(side: Side, when: str) -> None:
    st.caption(when)
    st.markdown(f"**{plain(side.title)}**")
    st.markdown("\n".join(f"- {plain(document.title)}" for document in side.documents))

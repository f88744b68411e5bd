"""From articles to trends. The files follow the way of the data; this is the way of an article to a listed trend.

    stories      = stories.assign_stories(new, recent)            copies, rewritten headlines, other languages
    analysis.analyse(corpus, words, state):
        state    = advance_clusters(corpus, state)                per week clusters.step_clusters, per quarter
        now      = provisional_state(state)                           groups.calibrate_null; the open week is never kept
        history  = history.history_before(corpus, now)            what counts, per week and source
        clusters = groups.assign_to_clusters(now, history)        after groups.adopt_earlier_ids (lineage.match_trends)
        groups   = groups.find_groups(history, clusters)          clusters, clusters.dense_groups, bursting words
        measured = measurement.measure_groups(history, groups)    neighbourhood, words, counts, p-values
        verdicts = stages.classify_groups(history, measured)      growth, persistence, spread -> stage and reason
        verdicts = seasons.mark_recurring(history, verdicts)      what comes every year is no news
        entries  = stages.list_entries(groups, verdicts)          one per movement, in list order
        -> trends, signals.fast_signals, calls, lineage.trace_lineage, assignments
    naming       names the trends and ranks them again; themes places them on the map
    voices.analyse_voices, slow_trends.analyse_slow_trends        beside them, from the same corpus
    outcomes.outcomes_of_calls -> persistence, projection, track_record     what became of calls, and what that teaches
    user_decisions.apply_user_decisions                           what people said, over what was measured

An article passes stories, analysis, history, clusters, groups, measurement, stages and signals.
"""

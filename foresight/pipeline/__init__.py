"""The order of the steps of a run. What a step decides is a rule of `ingest`, `nlp` or `trends`.

    runs.run_all(context, sources, network, as_of)
        mark runs that were killed as interrupted; begin the record of this one
        steps.store_feeds            collect due feeds, documents with their feeds' validators       -> archive
        steps.enrich_new, encode_new clean titles, languages, vectors                                -> archive
        steps.assign_new_stories     week by week, against the two weeks before                      -> archive
        evaluation.evaluate_due_calls  what came of earlier calls; the track record                  -> archive
        steps.analyse_archive        nothing where its fingerprint is that of the last analysis; else
            analyse -> name_trends -> themes -> voices -> slow trends, all in one transaction        -> archive
        publish                      the archive copied as the next generation

`run_collect`, `run_analyse` and `run_import` are parts of it; `run_backtest` makes and evaluates calls of past
cut-offs. After every step its report is saved, so a run that is killed loses nothing it has reported.
"""

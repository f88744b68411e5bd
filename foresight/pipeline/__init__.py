"""The order of the stages: collect, enrich, encode, tell stories, analyse, publish. The only caller of `Archive.put_*`.

Each step reads from the archive, calls pure functions, writes in transactions and reports. Killed between two
transactions, the next run takes up where it stood: what is unenriched, unencoded or untold is found again.
"""

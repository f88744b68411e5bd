"""Other systems on the same vectors in the same run: BERTrend's published algorithm, BERTopic's defaults, a baseline.

Nothing here is part of the product. Each system is asked, week by week, what is emerging, sees nothing but what lies
before that week, and is judged by the same judge.
"""

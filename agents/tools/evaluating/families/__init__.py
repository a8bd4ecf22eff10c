"""The families of cadence models beside each other: fitted to the same histories, compared, and tried on time they have not seen.

In the background a worker fits MBG/NBD alone (`agents.learning.cadence`). A person may fit BG/NBD and Pareto/NBD as well, and put any of
them in force (`sojourn models fit --family pareto_nbd --publish`). So `streams.cadence` scores every family, and only what fits BG/NBD and
Pareto/NBD stands here.
"""

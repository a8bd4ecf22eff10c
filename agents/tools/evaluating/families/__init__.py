"""Fits several families of cadence models to the same histories, compares them, and tests them on time that they have not seen.

A worker fits only MBG/NBD in the background (`agents.learning.cadence`). A person may fit BG/NBD and Pareto/NBD too, and put any of
them in force (`sojourn models fit --family pareto_nbd --publish`). So `streams.cadence` scores every family. Only the fits of BG/NBD and
Pareto/NBD are in this package.
"""

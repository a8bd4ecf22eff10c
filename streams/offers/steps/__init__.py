"""The steps of the offer funnel, one question a file: each lets a candidate pass or says why not."""

"""Mentors and mentoring, as caseworkers see them: who offers, who suits whom, how it goes, and concerns for who is named."""

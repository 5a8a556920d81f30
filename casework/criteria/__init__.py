"""The payer's criteria, one by one: met, not met or not known, with the fact and the exhibit.

Criteria come from the case (`insurance.criteria`, the payer's own words) or from a policy file (our
understanding, told as such). A generic readiness list is never taken for a payer's criteria.
"""

from casework.criteria.judge import CriteriaResult, judge_criteria, payer_weeks
from casework.criteria.result import Judged, Status

__all__ = ["CriteriaResult", "Judged", "Status", "judge_criteria", "payer_weeks"]

"""Words for the ids of therapies, procedures and products, as papers print them."""

from __future__ import annotations

THERAPY = {
    "cbt": "cognitive behavioral therapy",
    "ipt": "interpersonal therapy",
    "dbt": "dialectical behavior therapy",
    "cbasp": "cognitive behavioral analysis (CBASP)",
    "emdr": "eye movement desensitization and reprocessing (EMDR)",
    "cpt": "cognitive processing therapy",
    "prolonged_exposure": "prolonged exposure therapy",
}
PROCEDURE = {
    "ect": "electroconvulsive therapy (ECT)",
    "tms": "transcranial magnetic stimulation (TMS)",
    "vns": "vagus nerve stimulation (VNS)",
    "esketamine_nasal": "esketamine nasal spray",
    "ketamine_iv": "intravenous ketamine",
}

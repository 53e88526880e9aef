"""The workflow, run from the root: `snakemake --cores 2`; all of it is in workflow/Snakefile."""


include: "workflow/Snakefile"


rule everything:
    """What `snakemake` alone makes: an included file cannot say so itself."""
    default_target: True
    input:
        rules.all.input,

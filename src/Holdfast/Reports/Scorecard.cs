namespace Holdfast.Reports;

/// <summary>What no log knows: the questions that a review puts to people.</summary>
internal static class Scorecard
{
    public const string Markdown = """

        ## For people

        TODO: what users felt, in a sentence; what caused it; what ended it.

        - What went well: TODO
        - What went badly: TODO
        - Where we were lucky: TODO
        - What will be done, by whom, until when: TODO

        ## Scorecard

        Yes or no, and one sentence. A 'no' wants an action above.

        | | question | answer |
        |---|---|---|
        | people | Did somebody notice by an alert, before a user told us? | TODO |
        | people | Could whoever was called act alone, with the access and the knowledge that it took? | TODO |
        | people | Were fewer than five people called out of their work or sleep? | TODO |
        | people | Had those who were called not already been called for this in the last three months? | TODO |
        | process | Were users told, where they look, while it lasted? | TODO |
        | process | Was one person in charge, and did everybody know who? | TODO |
        | process | Did the runbook's section say what to do, and was it right? | TODO |
        | process | Had no earlier review asked for what would have prevented this? | TODO |
        | tools | Did a page come within a minute of the first user that was hurt? | TODO |
        | tools | Did the first alert name what was wrong, and where? | TODO |
        | tools | Was everything that had to be done possible with tools that work while the service does not? | TODO |
        | tools | Did the dashboards show the failure, and its end? | TODO |

        """;
}

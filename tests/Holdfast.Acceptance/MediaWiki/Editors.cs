namespace Holdfast.Acceptance.MediaWiki;

/// <summary>
/// Several users of one wiki, each with a login of its own, who edit side by side. The load is a task, so that a test can
/// do to the storage what it likes meanwhile.
/// </summary>
internal sealed class Editors : IDisposable
{
    private readonly List<Editor> _all;

    private Editors(List<Editor> all) => _all = all;

    public static IReadOnlyList<string> Names(int count) => [.. Enumerable.Range(1, count).Select(number => $"Editor{number}")];

    /// <summary>Logs a browser in for each account.</summary>
    public static async Task<Editors> LogInAsync(Wiki wiki, IEnumerable<string> accounts)
    {
        Editors editors = new([.. accounts.Select(name => new Editor(wiki.Address, name))]);
        try
        {
            await Task.WhenAll(editors._all.Select(editor => editor.LogInAsync()));
            return editors;
        }
        catch
        {
            editors.Dispose();
            throw;
        }
    }

    /// <summary>Makes so many edits in all: each editor makes its share one after the other, all editors at one time.</summary>
    /// <param name="edits">How many.</param>
    /// <param name="pause">How long an editor thinks after each.</param>
    /// <param name="until">They go on until this is over; null for no longer than their share takes.</param>
    public async Task<IReadOnlyList<EditOutcome>> EditAsync(int edits, TimeSpan pause = default, Task? until = null)
    {
        var shares = _all.Select(async (editor, index) =>
        {
            List<EditOutcome> outcomes = [];
            for (int number = index; number < edits || until is { IsCompleted: false }; number += _all.Count)
            {
                outcomes.Add(await editor.EditAsync(number));
                await Task.Delay(pause, TimeProvider.System);
            }

            return outcomes;
        });
        return [.. (await Task.WhenAll(shares)).SelectMany(outcomes => outcomes)];
    }

    /// <summary>The editors whom the wiki takes for somebody else, anonymous visitors above all.</summary>
    public async Task<IReadOnlyList<string>> LoggedOutAsync()
    {
        List<string> loggedOut = [];
        foreach (Editor editor in _all)
        {
            if (await editor.WhoAmIAsync() != editor.Name)
            {
                loggedOut.Add(editor.Name);
            }
        }

        return loggedOut;
    }

    /// <summary>How many edits stand in the wiki under the editors' names.</summary>
    public async Task<int> CountContributionsAsync()
    {
        int count = 0;
        foreach (Editor editor in _all)
        {
            count += await editor.CountContributionsAsync();
        }

        return count;
    }

    public void Dispose() => _all.ForEach(editor => editor.Dispose());
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>MediaWiki, unchanged, keeps its sessions in Holdfast: logins hold, edits are made.</summary>
public sealed partial class MediaWikiTests : IDisposable
{
    private const int Editors = 4;
    private const int Edits = 50;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-mediawiki-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Fifty_edits_by_four_editors_all_succeed_and_no_session_is_lost()
    {
        Wiki.SkipUnlessInstalled();
        await using HoldfastProcess store = await HoldfastProcess.StartAsync(Data);
        await using Wiki wiki = await Wiki.StartAsync(store.Sessions, Editors);

        ConcurrentQueue<string> failed = new();
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, Editors).Select(async number =>
        {
            using Editor editor = wiki.NewEditor();
            await editor.LogInAsync();
            for (int edit = Interlocked.Increment(ref next); edit <= Edits; edit = Interlocked.Increment(ref next))
            {
                string? refusal = await editor.EditAsync($"Page {edit}", $"edit {edit} by editor {number}");
                if (refusal is not null)
                {
                    failed.Enqueue(refusal);
                }
            }
        }));

        Assert.Empty(failed);
        Dictionary<(string Code, string Method), long> requests = await RequestsAsync(store);
        Assert.True(requests[("200", "GET")] >= Edits, "the store was hardly read");
        Assert.True(requests[("201", "POST")] >= Editors, "the store was hardly written");
        Assert.DoesNotContain(requests, entry => entry.Key.Code[0] == '5' && entry.Value > 0);
    }

    [Fact]
    public async Task A_login_survives_a_restart_of_the_store_between_two_edits()
    {
        Wiki.SkipUnlessInstalled();
        int port;
        Wiki wiki;
        Editor editor;
        await using (HoldfastProcess first = await HoldfastProcess.StartAsync(Data))
        {
            port = first.Root.Port;
            wiki = await Wiki.StartAsync(first.Sessions, Editors);
            editor = wiki.NewEditor();
            await editor.LogInAsync();
            Assert.Null(await editor.EditAsync("Before", "before the restart"));
            first.Signal(HoldfastProcess.SigTerm);
            await first.WaitForExitAsync();
            Assert.Equal(0, first.ExitCode);
        }

        await using (wiki)
        using (editor)
        {
            await using HoldfastProcess second = await HoldfastProcess.StartAsync(Data, port: port);
            Assert.Null(await editor.EditAsync("After", "after the restart"));
        }
    }

    private static async Task<Dictionary<(string Code, string Method), long>> RequestsAsync(HoldfastProcess store)
    {
        using HttpClient http = new();
        string metrics = await http.GetStringAsync(new Uri(store.Admin, "metrics"));
        return RequestCount().Matches(metrics).ToDictionary(
            match => (match.Groups["code"].Value, match.Groups["method"].Value),
            match => long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^http_requests_total\{code="(?<code>\d+)",method="(?<method>\w+)"\} (?<count>\d+)""", RegexOptions.Multiline)]
    private static partial Regex RequestCount();
}

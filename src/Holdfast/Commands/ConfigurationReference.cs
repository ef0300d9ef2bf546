using System.Text;
using Holdfast.Configuration;

namespace Holdfast.Commands;

/// <summary>The page docs/configuration.md, written from the table that the program itself follows.</summary>
internal static class ConfigurationReference
{
    private const string Preface = """
        # Configuration

        <!-- Written by the program: `dotnet run --project src/Holdfast -- config reference > docs/configuration.md`. A test
             fails when this page and the code differ. -->

        `holdfast serve` needs no configuration: without `--config` it serves on http://127.0.0.1:8080/sessions/v1/ and keeps
        sessions in `./holdfast-data`. `holdfast serve --config FILE` reads a YAML file. A Kask `config.yaml` works unchanged;
        Holdfast's own sections stand beside Kask's keys.

        - `holdfast config check FILE` says everything that is wrong with a file, each mistake as `FILE:LINE: key: message`.
        - `holdfast config show --config FILE` shows every setting in force and where it comes from; secrets are masked.
        - Every setting has an environment variable, which wins over the file: `HOLDFAST__` and the path in capitals, with
          `__` for each dot, such as `HOLDFAST__LIMITS__MAX_VALUE_BYTES=2MiB`. Items of a list are separated by commas.
        - An unknown key or variable, a wrong type, a value out of range: nothing is started, and the exit code is 78.

        ## How values are written

        - A time carries its unit: `100ms`, `5s`, `1m`, `1h`. Times to live are whole seconds and keys that end in `_ms` whole
          milliseconds, as in Kask.
        - Bytes are a whole number or one with `KiB`, `MiB`, `GiB` or `TiB`: `1048576`, `256MiB`.
        - Whole numbers are decimal, without leading zeros and without quotes.
        - The file is UTF-8, one YAML document of at most 256 KiB. Anchors, aliases, merge keys and tags are refused, and so
          is a key that is given twice. A key without a value is not set.

        ## When another setting decides

        - `storage.engine`, when not set, is `cassandra` if there is a section `cassandra`, and `embedded` otherwise: an
          unchanged Kask file serves from its cluster.
        - A request's deadline is two seconds, because MediaWiki gives up at three. `cassandra.query_timeout_ms` can lower it; a
          longer time is taken and has no effect.
        - `limits.max_ttl`, when not set, follows a longer `default_ttl`.
        - `events.path`, when not set, lies beside the data: `storage.embedded.path` with `-events` behind, or, with a cluster,
          `cassandra.deletes_path` with `-events` behind. Set to nothing (`events: {path: ""}`), no event log is kept.
        - Pairs go together: `tls.cert` and `tls.key`; Cassandra's `username` and `password`, `tls.cert` and `tls.key`, and these
          only with `tls.ca`.

        """;

    private static readonly (string Title, Func<Setting, bool> Belongs)[] s_tables =
    [
        ("Kask's keys", setting => setting.IsKasks && !IsCassandras(setting)),
        ("Storage", setting => setting.Path.StartsWith("storage.", StringComparison.Ordinal)),
        ("Limits", setting => setting.Path.StartsWith("limits.", StringComparison.Ordinal)),
        ("Running it", setting => !setting.IsKasks && setting.Sections.First() is not ("storage" or "limits" or "cassandra" or "health")),
        ("Cassandra, as Kask has it", setting => setting.IsKasks && IsCassandras(setting)),
        ("Cassandra, beyond Kask", setting => !setting.IsKasks && setting.Sections.First() is "cassandra" or "health"),
    ];

    public static string Markdown()
    {
        HoldfastOptions defaults = new();
        StringBuilder page = new(Preface);
        foreach (var (title, belongs) in s_tables)
        {
            page.Append($"\n## {title}\n\n| key | value | default | what it does |\n|---|---|---|---|\n");
            foreach (var setting in SettingTable.All.Where(belongs))
            {
                var value = setting.Show(defaults) is { } shown ? $"`{shown}`" : "–";
                page.Append($"| `{setting.Path}` | {setting.Description} | {value} | {setting.Summary} |\n");
            }
        }

        return page.ToString();
    }

    private static bool IsCassandras(Setting setting) => setting.Sections.FirstOrDefault() == "cassandra";
}

namespace Holdfast.Configuration;

/// <summary>The defaults that depend on other settings.</summary>
internal static class ConfigurationDefaults
{
    /// <summary>Sets what nobody has set and another setting decides, and notes so in <paramref name="origins"/>.</summary>
    public static void Follow(HoldfastOptions options, Dictionary<string, Origin> origins)
    {
        if (!origins.ContainsKey("storage.engine"))
        {
            options.Storage.Engine = options.Cassandra is null ? StorageEngine.Embedded : StorageEngine.Cassandra;
            if (options.Cassandra is not null)
            {
                origins["storage.engine"] = Origin.Follows("cassandra");
            }
        }

        if (!origins.ContainsKey("events.path"))
        {
            var (beside, path) = options.Storage.Engine == StorageEngine.Embedded
                ? (options.Storage.Embedded.Path, "storage.embedded.path")
                : ((options.Cassandra ?? new CassandraOptions()).DeletesPath, "cassandra.deletes_path");
            options.Events.Path = $"{beside.TrimEnd('/')}-events";
            origins["events.path"] = Origin.Follows(path);
        }

        var life = options.Service.DefaultTtl;
        if (!origins.ContainsKey("limits.max_ttl") && !options.Limits.MaxTtl.IsNever
            && (life.IsNever || life.Seconds > options.Limits.MaxTtl.Seconds))
        {
            options.Limits.MaxTtl = life;
            origins["limits.max_ttl"] = Origin.Follows("default_ttl");
        }
    }
}

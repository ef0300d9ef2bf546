namespace Holdfast.Configuration;

/// <summary>What must hold between settings. Each rule names the settings it looked at, the one to complain about first.</summary>
internal static class ConfigurationRules
{
    public static IEnumerable<(string[] Paths, string Message)> Check(HoldfastOptions options, Func<string, bool> isSet) =>
    [
        .. BothOrNeither("tls.cert", options.Service.TlsCertificatePath, "tls.key", options.Service.TlsKeyPath, "HTTPS"),
        .. Cassandra(options.Cassandra ?? new CassandraOptions()),
        .. Lives(options, isSet),
        .. Listeners(options, isSet),
        .. OnceASecond("canary.interval", options.Canary.Interval),
        .. OnceASecond("session_loss.sentinel_interval", options.SessionLoss.SentinelInterval),
        .. Counted(options),
    ];

    private static IEnumerable<(string[] Paths, string Message)> Cassandra(CassandraOptions cassandra)
    {
        const string Ca = "cassandra.tls.ca", Certificate = "cassandra.tls.cert", Key = "cassandra.tls.key";
        var problems = BothOrNeither("cassandra.authentication.username", cassandra.Username,
                "cassandra.authentication.password", cassandra.Password, "logging in")
            .Concat(BothOrNeither(Certificate, cassandra.TlsCertificatePath, Key, cassandra.TlsKeyPath, "a client certificate"));
        return cassandra.TlsCaPath is null && (cassandra.TlsCertificatePath ?? cassandra.TlsKeyPath) is not null
            ? problems.Append(([cassandra.TlsCertificatePath is null ? Key : Certificate, Ca], $"given without {Ca}, which it needs"))
            : problems;
    }

    private static IEnumerable<(string[] Paths, string Message)> BothOrNeither(
        string onePath, string? one, string otherPath, string? other, string purpose)
    {
        if (one is null != other is null)
        {
            var (given, missing) = other is null ? (onePath, otherPath) : (otherPath, onePath);
            yield return ([given, missing], $"given without {missing}: {purpose} needs both");
        }
    }

    private static IEnumerable<(string[] Paths, string Message)> Lives(HoldfastOptions options, Func<string, bool> isSet)
    {
        const string Usual = "default_ttl", Longest = "limits.max_ttl";
        var (usual, longest) = (options.Service.DefaultTtl, options.Limits.MaxTtl);
        if (!longest.IsNever && (usual.IsNever || usual.Seconds > longest.Seconds))
        {
            var life = usual.IsNever ? "0, which never expires" : $"{usual.Seconds}";
            yield return (isSet(Longest) ? [Longest, Usual] : [Usual, Longest],
                $"limits.max_ttl ({longest.Seconds}) is shorter than default_ttl ({life}): raise the one or lower the other");
        }
    }

    private static IEnumerable<(string[] Paths, string Message)> Listeners(HoldfastOptions options, Func<string, bool> isSet)
    {
        const string Port = "listen_port", AdminPort = "admin.listen_port";
        if (options.Service.ListenPort != 0 && options.Service.ListenPort == options.Admin.ListenPort
            && Overlap(options.Service.ListenAddress, options.Admin.ListenAddress))
        {
            yield return (isSet(AdminPort) ? [AdminPort, Port] : [Port, AdminPort],
                $"{Port} and {AdminPort} are both {options.Admin.ListenPort}: the two listeners need a port each");
        }
    }

    private static IEnumerable<(string[] Paths, string Message)> OnceASecond(string path, TimeSpan interval)
    {
        if (interval > TimeSpan.Zero && interval < TimeSpan.FromSeconds(1))
        {
            yield return ([path], "once a second at most: give 1s or more, or 0s for never");
        }
    }

    private static IEnumerable<(string[] Paths, string Message)> Counted(HoldfastOptions options)
    {
        if (!options.Workload.Enabled && (options.Quota.Namespaces.Count > 0 || !options.Quota.Default.IsNone))
        {
            yield return ([options.Quota.Namespaces.Count > 0 ? "quota.namespaces" : "quota.default", "workload.enabled"],
                "given while workload.enabled is false: quotas need the counts");
        }
    }

    private static bool Overlap(string one, string other)
    {
        var (left, right) = (Plain(one), Plain(other));
        return left == right || IsEveryAddress(left) || IsEveryAddress(right);

        static string Plain(string address) => address is "localhost" ? "127.0.0.1" : address.Trim('[', ']');
        static bool IsEveryAddress(string address) => address is "" or "0.0.0.0" or "::";
    }
}

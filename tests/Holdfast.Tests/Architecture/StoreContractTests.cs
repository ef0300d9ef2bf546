using System.Reflection;
using System.Text.RegularExpressions;
using Holdfast.Hosting;
using Holdfast.Sessions;
using Xunit;

namespace Holdfast.Tests.Architecture;

/// <summary>No session store without the contract: every implementation in src/ is named by a suite that inherits it.</summary>
public sealed partial class StoreContractTests
{
    private const string Contract = "SessionStoreContract";

    [Fact]
    public void Every_session_store_of_src_has_a_suite_that_inherits_the_contract()
    {
        var stores = Product().SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(ISessionStore).IsAssignableFrom(type))
            .Select(type => type.Name)
            .ToList();
        var suites = Suites().ToList();

        Assert.Contains("EmbeddedSessionStore", stores);
        Assert.All(stores, store => Assert.True(
            suites.Exists(suite => Regex.IsMatch(suite, $@"\b{store}\b")), $"{store}: no suite that inherits {Contract} opens one"));
    }

    /// <summary>The program and all of ours that it is built of.</summary>
    private static IEnumerable<Assembly> Product()
    {
        var program = typeof(HoldfastServer).Assembly;
        return program.GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("Holdfast.", StringComparison.Ordinal))
            .Select(Assembly.Load)
            .Append(program);
    }

    /// <summary>The sources of the classes that inherit the contract, from one another, too.</summary>
    private static IEnumerable<string> Suites()
    {
        var classes = SourceTree.Files("tests", "*.cs")
            .Select(SourceTree.Read)
            .SelectMany(text => Class().Matches(text).Select(match => (Name: match.Groups["name"].Value, Base: match.Groups["base"].Value, Text: text)))
            .ToList();
        HashSet<string> inheriting = [Contract];
        while (classes.Any(found => inheriting.Contains(found.Base) && inheriting.Add(found.Name)))
        {
            // Until no class inherits from one that was found and is not found itself.
        }

        return classes.Where(found => inheriting.Contains(found.Base)).Select(found => found.Text);
    }

    [GeneratedRegex(@"\bclass (?<name>\w+)(?:\([^)]*\))? : (?<base>\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Class();
}

using Holdfast.Commands;
using Holdfast.Configuration;
using Xunit;

namespace Holdfast.Tests.Configuration;

public sealed class ReferencePageTests
{
    [Fact]
    public void The_page_says_what_the_program_does() => Assert.Equal(
        ConfigurationReference.Markdown().ReplaceLineEndings("\n"),
        File.ReadAllText(RepositoryRoot.Combine("docs", "configuration.md")).ReplaceLineEndings("\n"));

    [Fact]
    public void Every_setting_is_on_the_page_once()
    {
        var page = ConfigurationReference.Markdown();

        Assert.All(SettingTable.All, setting => Assert.Equal(2, page.Split($"| `{setting.Path}` |").Length));
    }

    [Fact]
    public void Every_default_is_a_value_that_its_own_setting_takes()
    {
        HoldfastOptions defaults = new();

        Assert.All(SettingTable.All.Where(setting => setting.Path != "cassandra.hosts"), setting =>
            Assert.True(setting.Show(defaults) is not { } shown || setting.TryApply(shown.Trim('"'), new HoldfastOptions(), out _), setting.Path));
    }
}

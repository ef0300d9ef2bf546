using System.Globalization;
using System.Text;
using Holdfast.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace Holdfast.Tests.Configuration;

public sealed class HostileDocumentTests
{
    [Theory]
    [InlineData("a: &x 1\n", "f.yaml:1: anchors")]
    [InlineData("service_name: x\ntls: &t {cert: a, key: b}\nadmin: *t\n", "f.yaml:3: aliases")]
    [InlineData("\n<<: {listen_port: 1}\n", "f.yaml:2: merge keys")]
    [InlineData("service_name: !!str x\n", "f.yaml:1: tags")]
    [InlineData("listen_port: 1\n\nlisten_port: 2\n", "f.yaml:3: 'listen_port' is given twice in one section, first on line 1")]
    [InlineData("listen_port: 1\n---\nlisten_port: 2\n", "f.yaml:2: a second document")]
    [InlineData("tls:\n\tcert: x\n", "f.yaml:2: a tab indents this line")]
    [InlineData("- a\n- b\n", "f.yaml:1: expected settings as 'key: value'")]
    [InlineData("just words\n", "f.yaml:1: expected settings")]
    [InlineData("? [a, b]\n: c\n", "f.yaml:1: a key must be a plain word")]
    [InlineData("service_name: 'open\n", "f.yaml:1: not valid YAML")]
    [InlineData("a: b: c\n", "f.yaml:1: not valid YAML")]
    [InlineData("service_name: x\nlisten_port: 1\n  default_ttl: 1\nlog_level: info\n", "f.yaml:3: not valid YAML")]
    [InlineData("service_name: x\n}\n", "f.yaml:2: not valid YAML")]
    [InlineData("\nservice_name: a\0b\n", "f.yaml:2: control character U+0000")]
    [InlineData("\n\u001b[2J: x\n", "f.yaml:2: control character U+001B")]
    public void Each_is_refused_with_its_line(string yaml, string start) =>
        Assert.Contains(Reading.Problems(yaml), problem => problem.StartsWith(start, StringComparison.Ordinal));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_with_their_line()
    {
        Assert.Equal("f.yaml:2: not valid UTF-8: save the file as UTF-8", Assert.Single(Reading.Problems([.. "a: b\nc: "u8, 0xC3, 0x28])));
        Assert.Contains("not valid UTF-8", Assert.Single(Reading.Problems([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a: b")])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_are_no_mistake() =>
        Assert.Equal(1, EffectiveConfiguration.Load(Reading.Input([.. Encoding.UTF8.Preamble, .. "listen_port: 1\r\n"u8])).Options.Service.ListenPort);

    [Fact]
    public void A_bomb_of_aliases_costs_nothing()
    {
        StringBuilder bomb = new("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (var letter = 'b'; letter <= 'z'; letter++)
        {
            var before = (char)(letter - 1);
            bomb.Append($"{letter}: &{letter} [{string.Join(", ", Enumerable.Repeat($"*{before}", 9))}]\n");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var problems = Reading.Problems(bomb.ToString());

        Assert.Contains(problems, problem => problem.StartsWith("f.yaml:1: anchors", StringComparison.Ordinal));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 32L << 20);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("a: [")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Depth_is_bounded(string opening)
    {
        var problems = Reading.Problems(string.Concat(Enumerable.Repeat(opening, 50_000)));

        Assert.Contains(problems, problem => problem.StartsWith("f.yaml:1: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_without_end_is_read_no_further_than_the_bound()
    {
        var input = Reading.Input([]) with { OpenDocument = () => File.OpenRead("/dev/zero") };

        var problem = Assert.Single(Assert.Throws<OptionsValidationException>(() => EffectiveConfiguration.Load(input)).Failures);

        Assert.Contains("larger than 256 KiB", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_mistakes_are_told_as_a_hundred() =>
        Assert.Equal(100, Reading.Problems(string.Concat(Enumerable.Range(0, 10_000).Select(number => $"k{number}: 1\n"))).Length);

    [Fact]
    public void Whatever_is_written_the_reader_answers_with_options_or_with_problems()
    {
        const int seed = 20260917;
        var rounds = int.Parse(Environment.GetEnvironmentVariable("HOLDFAST_TEST_ROUNDS") ?? "2000", CultureInfo.InvariantCulture);
        const string alphabet = "abc:-#'\"[]{}&*!|>%@`?,\n\n  \t<~0\\é";
        var sample = File.ReadAllText(RepositoryRoot.Combine("tests", "Holdfast.Tests", "Configuration", "kask-sample.yaml"));
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (var round = 0; round < rounds; round++)
        {
            var text = new StringBuilder(round % 2 == 0 ? sample : "");
            for (var change = random.Next(1, 20); change > 0; change--)
            {
                var at = random.Next(text.Length + 1);
                text.Insert(at, alphabet[random.Next(alphabet.Length)]);
                if (random.Next(3) == 0)
                {
                    text.Remove(at, Math.Min(random.Next(40), text.Length - at));
                }
            }

            try
            {
                EffectiveConfiguration.Load(Reading.Input(Encoding.UTF8.GetBytes(text.ToString())));
            }
            catch (OptionsValidationException refused)
            {
                Assert.All(refused.Failures, failure => Assert.Matches(@"\Af\.yaml:[0-9]+: .+\z", failure));
            }
        }
    }
}

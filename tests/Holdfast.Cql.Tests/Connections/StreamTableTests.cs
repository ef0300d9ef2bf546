using CsCheck;
using Holdfast.Cql.Connections;
using Xunit;

namespace Holdfast.Cql.Tests.Connections;

/// <summary>The worst fault this client could have: an answer given to another request.</summary>
public sealed class StreamTableTests
{
    private enum Step
    {
        Send,
        Abandon,
        Answer,
    }

    [Fact]
    public void No_history_of_sends_abandons_and_late_answers_gives_an_answer_to_another_request()
    {
        Gen<(Step Step, int Pick)[]> histories = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 1_000]).Array[0, 400];
        histories.Sample(
            history =>
            {
                StreamTable<Request> table = new(8);
                List<(short Stream, Request Request)> owed = []; // what the server will still answer, in any order
                foreach ((Step step, int pick) in history)
                {
                    switch (step)
                    {
                        case Step.Send:
                            Request request = new();
                            bool free = owed.Count < 8;
                            Assert.Equal(free, table.TryTake(request, out short stream));
                            if (free)
                            {
                                Assert.DoesNotContain(owed, o => o.Stream == stream);
                                owed.Add((stream, request));
                            }

                            break;
                        case Step.Abandon when owed.Count > 0:
                            (short abandoned, Request given) = owed[pick % owed.Count];
                            Assert.Equal(!given.IsAbandoned, table.Abandon(abandoned, given));
                            given.IsAbandoned = true;
                            break;
                        case Step.Answer when owed.Count > 0:
                            (short answered, Request expected) = owed[pick % owed.Count];
                            owed.RemoveAt(pick % owed.Count);
                            StreamAnswer answer = table.Answer(answered, out Request? completed);
                            Assert.Equal(expected.IsAbandoned ? StreamAnswer.Late : StreamAnswer.Completes, answer);
                            Assert.Same(expected.IsAbandoned ? null : expected, completed);
                            Assert.Equal(StreamAnswer.Unexpected, table.Answer(answered, out _));
                            break;
                        default:
                            break;
                    }

                    Assert.Equal(owed.Count(o => o.Request.IsAbandoned), table.Orphans);
                    Assert.Equal(owed.Count(o => !o.Request.IsAbandoned), table.InFlight);
                }
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(short.MinValue)]
    [InlineData(short.MaxValue)]
    public void An_answer_to_nothing_is_unexpected(short stream)
    {
        StreamTable<Request> table = new(4);

        Assert.Equal(StreamAnswer.Unexpected, table.Answer(stream, out _));
    }

    [Fact]
    public void At_256_orphans_the_connection_must_close()
    {
        StreamTable<Request> table = new(1_024);
        for (int i = 0; i < 256; i++)
        {
            Assert.False(table.MustClose);
            Request request = new();
            Assert.True(table.TryTake(request, out short stream));
            Assert.True(table.Abandon(stream, request));
        }

        Assert.True(table.MustClose);
    }

    [Fact]
    public void A_dead_connection_hands_out_what_waited_once()
    {
        StreamTable<Request> table = new(4);
        Request waits = new();
        Request gone = new();
        Assert.True(table.TryTake(waits, out _));
        Assert.True(table.TryTake(gone, out short stream));
        Assert.True(table.Abandon(stream, gone));

        Assert.Equal([waits], table.Fail());
        Assert.Empty(table.Fail());
    }

    private sealed class Request
    {
        public bool IsAbandoned { get; set; }
    }
}

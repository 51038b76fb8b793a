using System.Net;
using System.Net.Http.Json;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;

namespace Messenger.EndToEnd.Tests.Crash;

/// <summary>Clients and peers that go on talking whatever happens to the nodes.</summary>
/// <param name="milestone">After so many acknowledgements <see cref="Milestone"/> is reached.</param>
/// <param name="pace">Waits before each message until it may be sent.</param>
internal sealed class Load(int milestone, Func<Task>? pace = null)
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int acknowledged;

    public Task Milestone => reached.Task;

    /// <summary>A client that repeats each PUT until it is answered.</summary>
    public async Task PutAsync(NodeApi api, string contact, Author author, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await PaceAsync();
            var (uuid, text) = (Guid.CreateVersion7(), author.Next());
            await Eventually.Reads<HttpStatusCode?>(
                async () => (await AnswerAsync(() => api.TrySendAsync(contact, uuid, text))).Status,
                status => status is HttpStatusCode.Accepted or HttpStatusCode.OK,
                "a PUT is acknowledged");
            Acknowledged(author, text);
        }
    }

    /// <summary>A client that cannot repeat: what was on its way when the answer was lost may be there or not.</summary>
    public async Task PostAsync(NodeApi api, string contact, Author author, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var text = author.Next();
            var answer = await Eventually.Reads(
                () => AnswerAsync(async () =>
                {
                    using var response = await api.Client.PostAsJsonAsync($"contacts/{contact}/messages", new { text });
                    return response.StatusCode;
                }),
                answer => answer.Left,
                "a POST has left");
            if (answer.Status is { } status)
            {
                Assert.Equal(HttpStatusCode.Accepted, status);
                Acknowledged(author, text);
            }
        }
    }

    /// <summary>A seed peer that sends, and sends again as `history` what was not answered with 1.</summary>
    public async Task SendAsync(SeedDouble peer, string address, Author author, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await PaceAsync();
            var text = author.Next();
            if (!await peer.SendAsync(address, text))
            {
                await Eventually.Holds(() => peer.FlushAsync(address), "a seed peer's message is answered with 1");
            }

            Acknowledged(author, text);
        }
    }

    private Task PaceAsync() => pace?.Invoke() ?? Task.CompletedTask;

    private void Acknowledged(Author author, string text)
    {
        author.Acknowledge([text]);
        if (Interlocked.Increment(ref acknowledged) == milestone)
        {
            reached.SetResult();
        }
    }

    private static async Task<(bool Left, HttpStatusCode? Status)> AnswerAsync(Func<Task<HttpStatusCode>> call)
    {
        try
        {
            return (true, await call());
        }
        catch (HttpRequestException failure)
        {
            return (failure.HttpRequestError != HttpRequestError.ConnectionError, null);
        }
    }
}

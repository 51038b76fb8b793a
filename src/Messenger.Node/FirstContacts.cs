using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Roster;
using Messenger.Node.Api;
using Messenger.Node.Configuration;

namespace Messenger.Node;

/// <summary>Gives a node without contacts those of a list, before any peer can call it.</summary>
internal sealed class FirstContacts(RosterProtocol.ImportContacts import, RosterBoard board, IRequiredActor<RosterKey> roster) : IHostedService
{
    // What goes to another member of a cluster must fit a frame.
    private const int AtOnce = 2_000;

    /// <summary>What the roster is asked for; nothing without a file.</summary>
    /// <param name="file">A contact list in the seed's map format, or null.</param>
    /// <exception cref="BadOptionException">The file or one of its rows cannot be read.</exception>
    public static RosterProtocol.ImportContacts Read(string? file)
    {
        if (file is null)
        {
            return new([]);
        }

        try
        {
            var options = new JsonSerializerOptions();
            ApiJson.Configure(options);
            var list = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllBytes(file), options)
                ?? throw new JsonException("a map from addresses to contacts is expected");
            var (import, refused) = ContactListApi.Read(list);
            return refused is [var first, ..] ? throw new JsonException($"'{first.Address}': {first.Reason}") : import;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BadOptionException($"{Setting.Contacts.Option}: cannot read {file}: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (import.Entries.Length > 0 && board.Current.Count == 0)
        {
            var list = await roster.GetAsync(cancellationToken);
            foreach (var some in import.Entries.Chunk(AtOnce))
            {
                await list.Ask<RosterProtocol.ImportResult>(new RosterProtocol.ImportContacts([.. some]), cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using System.Text.Json;
using Messenger.Actors.Contacts;
using Messenger.Domain.Contacts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>What came of an import of messages.</summary>
/// <param name="Added">Messages that are new here.</param>
/// <param name="Existing">Messages that were here and stay as they are.</param>
/// <param name="Refused">How many lines could not be taken in.</param>
/// <param name="Problems">What is wrong with the first of them.</param>
internal sealed record MessageImportAnswer(int Added, int Existing, int Refused, IReadOnlyList<RefusedLine> Problems);

/// <summary>A line that could not be taken in.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">What is wrong.</param>
internal sealed record RefusedLine(int Line, string Reason);

/// <summary>All conversations as JSON Lines, to take them elsewhere and back (design page "security", Backup).</summary>
internal static class MessageTransferApi
{
    /// <summary>The media type of JSON Lines.</summary>
    public const string JsonLines = "application/x-ndjson";

    private const int MaxBody = 4 * 1024 * 1024;
    private const int MaxBatch = 500;

    // What goes to another member of a cluster must fit a frame.
    private const int MaxBatchCharacters = 400_000;
    private const int MaxProblems = 100;

    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    public static void MapMessageTransferApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/export/messages", Export).WithTags("Messages").WithName("exportMessages")
            .WithSummary("Every message of the contacts in the contact list, a line of JSON each, in the order in which they were stored")
            .Produces<TransferredMessage>(StatusCodes.Status200OK, JsonLines)
            .DisableRequestTimeout();
        api.MapPost("/import/messages", ImportAsync).WithTags("Messages").WithName("importMessages")
            .WithSummary("Take exported messages in, a line of JSON each; safe to repeat. Their contacts have to be there")
            .Accepts<TransferredMessage>(JsonLines)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody));
    }

    private static PushStreamHttpResult Export([FromServices] ConversationExport export, HttpContext context) =>
        TypedResults.Stream(target => WriteAsync(export, target, context.RequestAborted), JsonLines);

    private static async Task WriteAsync(ConversationExport export, Stream target, CancellationToken cancel)
    {
        await foreach (var message in export.ReadAsync(cancel))
        {
            await JsonSerializer.SerializeAsync(target, message, ApiJson.Plain.TransferredMessage, cancel);
            await target.WriteAsync(LineEnd, cancel);
        }
    }

    private static async Task<Ok<MessageImportAnswer>> ImportAsync(
        HttpRequest request, [FromServices] Owner owner, [FromServices] TimeProvider time, CancellationToken cancel)
    {
        var import = new Import(owner, time, cancel);
        using var lines = new StreamReader(request.Body);
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            await import.AddAsync(line);
        }

        return TypedResults.Ok(await import.EndAsync());
    }

    /// <summary>Gathers consecutive lines of one contact, so that many cost one commit.</summary>
    private sealed class Import(Owner owner, TimeProvider time, CancellationToken cancel)
    {
        private readonly List<RefusedLine> _problems = [];
        private readonly List<(int Line, ImportedMessage Message)> _batch = [];
        private ContactId _contact;
        private int _line;
        private long _characters;
        private int _added;
        private int _existing;
        private int _refused;

        public async Task AddAsync(string line)
        {
            _line++;
            if (string.IsNullOrWhiteSpace(line))
            {
                return;
            }

            try
            {
                var (contact, message) = TransferredMessage.Parse(line).ToImport(owner.FindDialed, time.GetUtcNow());
                if (_batch.Count == MaxBatch || _characters >= MaxBatchCharacters || (_batch.Count > 0 && contact != _contact))
                {
                    await CommitAsync();
                }

                _contact = contact;
                _batch.Add((_line, message));
                _characters += message.Text.Length;
            }
            catch (FormatException error)
            {
                Refuse(_line, error.Message);
            }
        }

        public async Task<MessageImportAnswer> EndAsync()
        {
            await CommitAsync();
            return new(_added, _existing, _refused, _problems);
        }

        private async Task CommitAsync()
        {
            if (_batch.Count == 0)
            {
                return;
            }

            var imported = await owner.AskAsync<ImportProtocol.MessagesImported>(
                new ImportProtocol.ImportMessages(_contact, [.. _batch.Select(item => item.Message)]), cancel);
            foreach (var ((line, _), outcome) in _batch.Zip(imported.Outcomes))
            {
                switch (outcome)
                {
                    case Importing.Added:
                        _added++;
                        break;
                    case Importing.Known:
                        _existing++;
                        break;
                    case Importing.Conflict:
                        Refuse(line, "Another text was written here under this uuid.");
                        break;
                    default:
                        Refuse(line, $"The contact's room of {ContactDecisions.MaxBytesStored} bytes is used up.");
                        break;
                }
            }

            _batch.Clear();
            _characters = 0;
        }

        private void Refuse(int line, string reason)
        {
            _refused++;
            if (_problems.Count < MaxProblems)
            {
                _problems.Add(new(line, reason));
            }
        }
    }
}

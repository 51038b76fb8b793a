using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Messenger.Node.Live;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>The JSON of the client API: camelCase, source-generated, and strict about what comes in.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(CurrentSession))]
[JsonSerializable(typeof(LoginLinkAnswer))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(NewTokenRequest))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(NewInviteRequest))]
[JsonSerializable(typeof(NewInvite))]
[JsonSerializable(typeof(InviteItems))]
[JsonSerializable(typeof(ContactItem))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(UnlockRequest))]
[JsonSerializable(typeof(RetentionItem))]
[JsonSerializable(typeof(ContactList))]
[JsonSerializable(typeof(NewContactRequest))]
[JsonSerializable(typeof(EditContactRequest))]
[JsonSerializable(typeof(KeyDecisionRequest))]
[JsonSerializable(typeof(VerifiedRequest))]
[JsonSerializable(typeof(IdentityDecisionRequest))]
[JsonSerializable(typeof(PlaintextRequest))]
[JsonSerializable(typeof(PingAnswer))]
[JsonSerializable(typeof(MessageList))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(NewMessageRequest))]
[JsonSerializable(typeof(QueuedMessage))]
[JsonSerializable(typeof(ReadRequest))]
[JsonSerializable(typeof(ReadAnswer))]
[JsonSerializable(typeof(LiveEventList))]
[JsonSerializable(typeof(HelloEvent))]
[JsonSerializable(typeof(ResetEvent))]
[JsonSerializable(typeof(MessageEvent))]
[JsonSerializable(typeof(ContactEvent))]
[JsonSerializable(typeof(PresenceEvent))]
[JsonSerializable(typeof(ReadEvent))]
[JsonSerializable(typeof(Dictionary<string, SeedContact>))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(TransferredMessage))]
[JsonSerializable(typeof(MessageImportAnswer))]
[JsonSerializable(typeof(NodeItem))]
[JsonSerializable(typeof(Diagnostics))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    // Still escapes what means something in HTML; texts in other alphabets stay readable and half as long.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);

    /// <summary>For what is written outside of answers, in the same form.</summary>
    public static ApiJson Plain { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = Encoder });

    /// <summary>Applies the rules to the options with which bodies are read and written.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, Default);
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 16;
        options.Encoder = Encoder;
    }
}

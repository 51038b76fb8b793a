using System.Net;
using System.Text;
using System.Text.Json;
using Messenger.Actors.Roster;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Messenger.Node.Tests.Metrics;

public sealed class LogTests
{
    [Fact]
    public async Task What_is_said_and_the_keys_to_it_never_get_into_the_log_of_a_busy_node()
    {
        const string text = "nobody-else-may-read-this";
        using var log = new LogInMemory();
        await using var anna = await RunningNode.StartAsync("Anna", logging: logging => logging.AddProvider(log));
        await using var boris = await RunningNode.StartAsync("Boris", logging: logging => logging.AddProvider(log));
        await using var clara = await RunningNode.StartAsync("Clara", logging: logging => logging.AddProvider(log));
        await anna.BefriendAsync(boris);
        await anna.BefriendAsync(clara);
        await boris.BefriendAsync(clara);
        string[] keys =
        [
            .. ((RunningNode[])[anna, boris, clara]).SelectMany(node => node.Services.GetRequiredService<RosterBoard>().Current.All)
                .SelectMany(contact => (string?[])[contact.TheirKey, contact.IssuedKey]).OfType<string>(),
        ];

        await anna.WriteAsync(boris, text);
        await Until.TrueAsync(() => boris.HasAsync(anna, text, "received"), "it is there");
        await anna.CallAsync(HttpMethod.Get, $"search?q={text}");

        // What goes wrong is what is logged: calls that are refused, cut off, carried, and repeated after a silence.
        using (var stranger = new HttpClient())
        {
            foreach (var body in (string[])[
                $$"""{"action":"send","from":"10.9.9.9","to":"{{boris.Peers}}","message":"{{text}}","timestamp":"1","key":"{{keys[0]}}"}""",
                $$"""{"action":"send","message":"{{text}}","key":["{{keys[0]}}"]}""",
                $"{text} {keys[0]}"])
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await stranger.PostAsync(new Uri($"http://{boris.Peers}/"), content);
            }

            using var asked = await stranger.GetAsync(new Uri($"http://{boris.Peers}/?action=ping&from=10.9.9.9&key={keys[0]}"));
            using var guessed = await stranger.GetAsync(new Uri($"http://{boris.Peers}/{text}?key={keys[0]}"));
        }

        using var bad = new StringContent($"{{\"text\":\"{text}\"", Encoding.UTF8, "application/json");
        using var refused = await anna.Client.PostAsync(new Uri($"api/v1/contacts/{await anna.IdOfAsync(boris)}/messages", UriKind.Relative), bad);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        await boris.StopAsync();
        await anna.WriteAsync(boris, text + " 2");
        await Until.TrueAsync(() => anna.HasAsync(boris, text + " 2", "relayed"), "a friend carries it");
        await boris.StartAsync();
        await Until.TrueAsync(() => anna.HasAsync(boris, text + " 2", "delivered", "read"), "it is delivered");

        // The search is for something: this log is the one that the nodes write to.
        anna.Services.GetRequiredService<ILoggerFactory>().CreateLogger("test").LogWarning("a warning");
        Assert.Contains(log.Lines, line => line.Contains("a warning", StringComparison.Ordinal));
        string[] secrets = [text, .. keys, anna.Token, boris.Token, clara.Token];
        Assert.DoesNotContain(log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false, ConsoleFormatterNames.Simple)]
    [InlineData(true, ConsoleFormatterNames.Json)]
    public void The_log_has_the_form_that_was_asked_for(bool json, string formatter)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.LogToStandardError(json);
        using var services = builder.Services.BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;

        Assert.Equal(formatter, options.FormatterName);
        Assert.Equal(LogLevel.Trace, options.LogToStandardErrorThreshold);
        var format = services.GetServices<ConsoleFormatter>().Single(one => one.Name == formatter);
        using var line = new StringWriter();
        format.Write(new LogEntryOf("a \"quoted\" word").Entry, null, line);
        if (json)
        {
            Assert.Equal("a \"quoted\" word", JsonSerializer.Deserialize<JsonElement>(line.ToString()).GetProperty("Message").GetString());
        }

        Assert.Single(line.ToString().TrimEnd().Split('\n'));
    }

    private sealed record LogEntryOf(string Message)
    {
        public Microsoft.Extensions.Logging.Abstractions.LogEntry<string> Entry => new(LogLevel.Warning, "category", default, Message, null, (state, _) => state);
    }
}

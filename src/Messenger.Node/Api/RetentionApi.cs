using Messenger.Domain.Contacts;
using Messenger.Node.Data;
using Messenger.Node.Gui;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>How long messages are kept here.</summary>
/// <param name="Days">After how many days they are erased here, 1 to 36,500; null for never.</param>
internal sealed record RetentionItem(int? Days);

/// <summary>How long the history is kept.</summary>
internal static class RetentionApi
{
    public static void MapRetentionApi(this IEndpointRouteBuilder api)
    {
        var retention = api.MapGroup("/retention").WithTags("Node");
        retention.MapGet("", Get).WithSummary("How long messages are kept here").WithName("retention");
        retention.MapPut("", Set).WithName("setRetention")
            .WithSummary("Set how long messages are kept here. Older ones are erased within the day, but never one that waits to be sent or was not read");
    }

    private static Ok<RetentionItem> Get([FromServices] RetentionSetting setting) => TypedResults.Ok(new RetentionItem(setting.Days));

    private static Results<Ok<RetentionItem>, ProblemHttpResult> Set(RetentionItem wanted, [FromServices] RetentionSetting setting)
    {
        if (wanted.Days is { } days && !Retention.IsValid(days))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_days", $"days must be a number from 1 to {Retention.MaxDays}, or null to keep messages for ever.");
        }

        setting.Set(wanted.Days);
        return TypedResults.Ok(wanted);
    }
}

using System.Data.Common;
using System.Text.Json;
using Akka.Actor;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Messenger.Node.Gui;

/// <summary>
/// Errors as problem details (RFC 9457) with a stable <c>code</c>: every answer of 400 and above of the GUI listener has such a body.
/// </summary>
internal static class Problems
{
    /// <summary>A problem with a code of its own.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable, for programs: lower case with underscores.</param>
    /// <param name="detail">For people: what is wrong and what to do.</param>
    public static ProblemHttpResult Of(int status, string code, string detail) =>
        TypedResults.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>The problem of a status for which nobody has said more.</summary>
    public static ProblemHttpResult OfStatus(int status)
    {
        var (code, detail) = status switch
        {
            StatusCodes.Status401Unauthorized => ("not_signed_in", "Sign in with a login link, a password or a bearer token."),
            StatusCodes.Status403Forbidden => ("forbidden", "This may not be done from here."),
            StatusCodes.Status404NotFound => ("not_found", "There is nothing under this address."),
            StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", "The header Allow names the methods for this address."),
            StatusCodes.Status408RequestTimeout => ("timeout", "The request took too long; send it again."),
            StatusCodes.Status413PayloadTooLarge => ("too_large", "The body is larger than this address takes."),
            StatusCodes.Status415UnsupportedMediaType => ("not_json", "Send the body as JSON in UTF-8 with Content-Type: application/json."),
            StatusCodes.Status503ServiceUnavailable => ("busy", "The node is busy or stopping; try again in a moment."),
            >= 500 => ("internal", "The node failed at this; its log says more."),
            _ => ("bad_request", "The request cannot be understood."),
        };
        return Of(status, code, detail);
    }

    /// <summary>Gives every error that has no body a problem, and turns exceptions into problems.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseStatusCodePages(context => OfStatus(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
        app.Use(async (context, next) =>
        {
            try
            {
                // The framework throws at a charset it does not know, and JSON has only one (RFC 8259).
                if (!IsUtf8(context.Request.ContentType))
                {
                    throw new BadHttpRequestException("The body is not in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
                }

                await next(context);
            }
            catch (Exception error) when (error is ConnectionAbortedException or ConnectionResetException || (error is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
            {
                // Nobody is left to answer. The body may learn of it before the request does.
                context.Abort();
            }
            catch (BadHttpRequestException error) when (!context.Response.HasStarted)
            {
                await OfBadRequest(error).ExecuteAsync(context);
            }
            catch (IOException error) when (error.InnerException is OverflowException && !context.Response.HasStarted)
            {
                // The server does not call every bad chunk a bad request.
                await Of(StatusCodes.Status400BadRequest, "bad_request", "The body is cut into chunks that HTTP does not know.").ExecuteAsync(context);
            }
            catch (AskTimeoutException) when (!context.Response.HasStarted)
            {
                // Whether it was done is unknown. Every call is safe to repeat; a message is queued once under its uuid.
                context.Response.Headers.RetryAfter = "1";
                await OfStatus(StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            }
            catch (DbException error) when (error.IsTransient)
            {
                app.Logger.LogWarning("The database is away: {Reason}", error.Message);
                if (context.Response.HasStarted)
                {
                    // A stream of events, or an export: cut off, so that it cannot pass for whole.
                    context.Abort();
                    return;
                }

                context.Response.Headers.RetryAfter = "1";
                await OfStatus(StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            }
            catch (Exception error) when (!context.Response.HasStarted)
            {
                app.Logger.LogError(error, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
                await OfStatus(StatusCodes.Status500InternalServerError).ExecuteAsync(context);
            }
        });
    }

    private static bool IsUtf8(string? contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var type)
        || !type.Charset.HasValue
        || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static ProblemHttpResult OfBadRequest(BadHttpRequestException error) => error switch
    {
        { StatusCode: not StatusCodes.Status400BadRequest } => OfStatus(error.StatusCode),
        { InnerException: JsonException json } => Of(error.StatusCode, "bad_json", Describe(json)),
        _ when error.Message.Contains("body", StringComparison.Ordinal) => Of(error.StatusCode, "bad_json", "The body is missing; a JSON object is expected."),
        _ => Of(error.StatusCode, "bad_request", error.Message),
    };

    private static string Describe(JsonException error)
    {
        // The names of missing properties are only in the message, which otherwise speaks of our types.
        const string missing = "required properties including:";
        var at = error.Message.IndexOf(missing, StringComparison.Ordinal);
        return at >= 0 ? $"The body lacks{error.Message[(at + missing.Length)..].Split('.')[0]}."
            : error.Path is { Length: > 1 } path ? $"The body is not what is expected at {path}."
            : "The body is not a JSON object as expected here.";
    }
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Messenger.Node.Api;
using Messenger.Node.Data;

namespace Messenger.Node.Commands;

/// <summary>Why a command could not be carried out, in one line for the user; the process ends with exit code 1.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);

/// <summary>Talks to the running node of a data folder, as its owner.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly HttpClient _http;

    /// <exception cref="CommandFailedException">No node runs on the folder, or it is another user's.</exception>
    public NodeClient(string dataPath)
    {
        var admin = ReadAdminFile(dataPath);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = admin.Url,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin.Token);
    }

    /// <summary>Whether the node is ready.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Get, "health/ready", null, cancel);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Reads an answer.</summary>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var response = await SuccessAsync(HttpMethod.Get, path, null, cancel);
        return (await response.Content.ReadFromJsonAsync(type, cancel))!;
    }

    /// <summary>Reads an answer as it is.</summary>
    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancel)
    {
        using var response = await SuccessAsync(HttpMethod.Get, path, null, cancel);
        return await response.Content.ReadAsByteArrayAsync(cancel);
    }

    /// <summary>Copies an answer of any length as it is.</summary>
    public async Task CopyAsync(string path, Stream target, CancellationToken cancel)
    {
        using var response = await SuccessAsync(HttpMethod.Get, path, null, cancel, HttpCompletionOption.ResponseHeadersRead);
        try
        {
            await response.Content.CopyToAsync(target, cancel);
        }
        catch (Exception error) when (error is HttpRequestException or HttpIOException)
        {
            throw new CommandFailedException($"The node broke off: {error.Message}");
        }
    }

    /// <summary>Posts a body, or none, and reads the answer.</summary>
    public async Task<T> PostAsync<T>(string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var response = await SuccessAsync(HttpMethod.Post, path, body, cancel);
        return (await response.Content.ReadFromJsonAsync(type, cancel))!;
    }

    /// <summary>Puts a body and reads the answer.</summary>
    public async Task<T> PutAsync<T>(string path, HttpContent body, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var response = await SuccessAsync(HttpMethod.Put, path, body, cancel);
        return (await response.Content.ReadFromJsonAsync(type, cancel))!;
    }

    /// <summary>Deletes.</summary>
    public async Task DeleteAsync(string path, CancellationToken cancel)
    {
        using var response = await SuccessAsync(HttpMethod.Delete, path, null, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static AdminFile ReadAdminFile(string dataPath)
    {
        try
        {
            return AdminFile.Read(dataPath) ?? throw NotRunning(dataPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"Cannot talk to the node in {dataPath}: {error.Message}");
        }
    }

    private static CommandFailedException NotRunning(string dataPath) =>
        new($"No node is running on the data folder {dataPath}; start it with 'messenger run', or name its folder with --data");

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancel, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            return await _http.SendAsync(request, completion, cancel);
        }
        catch (HttpRequestException error)
        {
            throw new CommandFailedException($"The node does not answer at {_http.BaseAddress}: {error.Message}");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailedException($"The node does not answer at {_http.BaseAddress} in time");
        }
    }

    private async Task<HttpResponseMessage> SuccessAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancel, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        var response = await SendAsync(method, path, body, cancel, completion);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new CommandFailedException(await DetailAsync(response, cancel) ?? $"The node answered {(int)response.StatusCode}");
        }
    }

    private static async Task<string?> DetailAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            return (await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemDetails, cancel))?.Detail;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

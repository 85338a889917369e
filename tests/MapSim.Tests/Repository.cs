namespace MapSim.Tests;

/// <summary>Where the checkout is, for tests that read committed files.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MapSim.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests must run inside the checkout: MapSim.sln was not found above " + AppContext.BaseDirectory);
    }
}

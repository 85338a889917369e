using System.Globalization;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>Does what a key or a word of a script asks of a session.</summary>
/// <param name="session">The session.</param>
internal sealed class StepCommands(StepSession session)
{
    private const int Page = 20, BytesPerLine = 16;

    /// <summary>True once the person has had enough.</summary>
    public bool HasQuit { get; private set; }

    /// <summary>True while the page of keys is shown.</summary>
    public bool ShowsHelp { get; private set; }

    /// <summary>The file that "save" found to be there already; null if it did not.</summary>
    public string? Existing { get; private set; }

    /// <summary>The mover that a digit chooses; null if the word is no digit.</summary>
    public static int? MoverOf(string word) => word is [>= '1' and <= '9'] ? word[0] - '1' : null;

    /// <summary>Goes back from the page of keys.</summary>
    public void CloseHelp() => ShowsHelp = false;

    /// <summary>A goroutine by its number makes the next step.</summary>
    public void Choose(int mover)
    {
        Begin();
        IReadOnlyList<string> names = session.Timeline.Movers.Names;
        session.Choose(mover < names.Count ? names[mover] : (mover + 1).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Does a command.</summary>
    /// <param name="command">Which.</param>
    /// <param name="argument">What it asks for; empty if nothing.</param>
    public void Do(StepWord command, string argument = "")
    {
        Begin();
        switch (command.Word)
        {
            case "next": session.GoTo(session.Position + 1); break;
            case "back": session.GoTo(session.Position - 1); break;
            case "page-down": session.GoTo(session.Position + Page); break;
            case "page-up": session.GoTo(session.Position - Page); break;
            case "start": session.GoTo(0); break;
            case "finish": session.GoTo(session.Timeline.Count); break;
            case "goto": GoTo(argument); break;
            case "operation": session.GoToEvent(TimelineEvents.Operation); break;
            case "operation-back": session.GoToEvent(TimelineEvents.Operation, backwards: true); break;
            case "until": session.GoToEvent(argument); break;
            case "until-back": session.GoToEvent(argument, backwards: true); break;
            case "finding": Finding(); break;
            case "writer": session.GoToWriter(); break;
            case "go": session.Choose(argument); break;
            case "undo": session.TakeBack(); break;
            case "recorded": session.TakeAllBack(); break;
            case "save": Save(argument, overwrite: false); break;
            case "save!": Save(argument, overwrite: true); break;
            case "object": NextObject(1); break;
            case "object-back": NextObject(-1); break;
            case "byte": Move(1); break;
            case "byte-back": Move(-1); break;
            case "line": Move(BytesPerLine); break;
            case "line-back": Move(-BytesPerLine); break;
            case "to": Put(argument); break;
            case "follow": session.ToggleFollow(); break;
            case "map": session.NextMap(); break;
            case "help": ShowsHelp = true; break;
            default: HasQuit = true; break;
        }
    }

    private void Begin()
    {
        session.BeginCommand();
        (ShowsHelp, Existing) = (false, null);
    }

    private void GoTo(string text)
    {
        if (GoNumber.TryInt(text, out Int128 n) && n >= 0 && n <= session.Timeline.Count)
        {
            session.GoTo((int)n);
        }
        else
        {
            session.Refuse($"expected a step from 0 to {session.Timeline.Count}, found '{text}'");
        }
    }

    private void Finding()
    {
        if (session.Timeline.FindingStep == 0)
        {
            session.Refuse("nothing goes wrong in this run");
        }
        else
        {
            session.GoTo(session.Timeline.FindingStep);
        }
    }

    private void Save(string file, bool overwrite)
    {
        try
        {
            SavedWay way = SavedWay.Of(session.Timeline);
            if (way.TryWrite(file, overwrite))
            {
                session.Say($"saved {file}: {way.Result.BugKey ?? way.Result.VerdictText}, {session.Timeline.Count} steps, digest {way.Result.Digest}");
            }
            else
            {
                Existing = file;
                session.Refuse($"{file} exists already and was not touched; y (in scripts save!) replaces it");
            }
        }
        catch (BadInputException e)
        {
            session.Refuse(e.Message);
        }
    }

    private IReadOnlyList<ViewedObject> Objects() => ViewedObjects.Of(session.Timeline, session.Timeline.State);

    private void NextObject(int way)
    {
        IReadOnlyList<ViewedObject> all = Objects();
        if (all.Count == 0)
        {
            session.Refuse("there are no objects here");
            return;
        }

        int at = all.ToList().FindIndex(o => o.Covers(session.Cursor));
        session.PutCursor(all[at < 0 ? 0 : (at + way + all.Count) % all.Count].Start);
    }

    private void Move(int bytes)
    {
        Addr to = session.Cursor + bytes;
        if (Objects().FirstOrDefault(o => o.Covers(session.Cursor)) is { } found && found.Covers(to))
        {
            session.PutCursor(to);
        }
        else
        {
            session.Refuse("the object ends there; the up and down arrows go to others");
        }
    }

    private void Put(string place)
    {
        string[] parts = place.Split('+');
        ViewedObject? found = Objects().FirstOrDefault(o => o.Name == parts[0]);
        if (found == null || parts.Length > 2)
        {
            session.Refuse($"expected an object that lives here ({string.Join(", ", Objects().Take(12).Select(o => o.Name))} ...), with +N for a byte of it, found '{place}'");
        }
        else if (parts.Length == 1)
        {
            session.PutCursor(found.Start);
        }
        else if (GoNumber.TryInt(parts[1], out Int128 n) && n >= 0 && n < found.Size)
        {
            session.PutCursor(found.Start + (int)n);
        }
        else
        {
            session.Refuse($"expected a byte of {found.Name} from 0 to {found.Size - 1}, found '{parts[1]}'");
        }
    }
}

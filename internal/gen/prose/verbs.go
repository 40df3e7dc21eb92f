package prose

// A verb is how the word at the head of an action's name reads.
type verb struct {
	third string // he recovers
	base  string // to recover
}

// verbs are the heads of action names. The longest one that fits is taken.
var verbs = map[string]verb{
	"Ack": {"acknowledges", "acknowledge"}, "Add": {"adds", "add"}, "Allocate": {"allocates", "allocate"},
	"Apply": {"applies", "apply"}, "Attach": {"attaches", "attach"}, "Backup": {"backs up", "back up"},
	"BatchAdd": {"adds several", "add"}, "BatchCreate": {"creates several", "create"}, "BatchDelete": {"deletes several", "delete"},
	"BatchSync": {"synchronizes several", "synchronize"}, "Bind": {"binds", "bind"}, "Bootstrap": {"bootstraps", "bootstrap"},
	"Calculate": {"calculates", "calculate"}, "Cancel": {"cancels", "cancel"}, "Change": {"changes", "change"},
	"Check": {"checks", "check"}, "Clean": {"cleans up", "clean up"}, "CleanUp": {"cleans up", "clean up"},
	"Cleanup": {"cleans up", "clean up"}, "Clone": {"clones", "clone"}, "Convert": {"converts", "convert"},
	"Create": {"creates", "create"}, "Decode": {"decodes", "decode"}, "Delete": {"deletes", "delete"},
	"Deploy": {"deploys", "deploy"}, "Describe": {"describes", "describe"}, "Destroy": {"destroys", "destroy"},
	"Detach": {"detaches", "detach"}, "Disable": {"disables", "disable"}, "Discover": {"discovers", "discover"},
	"Download": {"downloads", "download"}, "Eject": {"ejects", "eject"}, "Enable": {"enables", "enable"},
	"Execute": {"runs", "run"}, "Export": {"exports", "export"}, "Expunge": {"deletes for good", "delete for good"},
	"Failover": {"fails over", "fail over"}, "Flatten": {"flattens", "flatten"}, "Generate": {"generates", "generate"},
	"Get": {"returns", "look at"}, "Identify": {"identifies", "identify"}, "Inspect": {"inspects", "inspect"},
	"List": {"lists", "list"}, "Locate": {"locates", "locate"}, "Merge": {"merges", "merge"}, "Migrate": {"migrates", "migrate"},
	"Mount": {"mounts", "mount"}, "Move": {"moves", "move"}, "Parse": {"parses", "parse"}, "Pause": {"pauses", "pause"},
	"PowerOff": {"powers off", "power off"}, "PowerOn": {"powers on", "power on"}, "PowerReset": {"resets the power of", "reset"},
	"Preview": {"previews", "preview"}, "Protect": {"protects", "protect"}, "Provision": {"provisions", "provision"},
	"Publish": {"publishes", "publish"}, "Push": {"pushes", "push"}, "Put": {"stores", "store"}, "Query": {"finds", "find"},
	"Reboot": {"reboots", "reboot"}, "Reclaim": {"reclaims", "reclaim"}, "Reconnect": {"reconnects to", "reconnect to"},
	"Recover": {"recovers", "recover"}, "Recovery": {"recovers", "recover"}, "Refresh": {"refreshes", "refresh"},
	"Register": {"registers", "register"}, "Reimage": {"reimages", "reimage"}, "Reload": {"reloads", "reload"},
	"Remove": {"removes", "remove"}, "Renew": {"renews", "renew"}, "Request": {"requests", "request"}, "Rerun": {"runs again", "run again"},
	"Reset": {"resets", "reset"}, "Resize": {"resizes", "resize"}, "Restart": {"restarts", "restart"}, "Resume": {"resumes", "resume"},
	"Revert": {"reverts", "revert"}, "Revoke": {"revokes", "revoke"}, "Run": {"runs", "run"}, "Set": {"sets", "set"},
	"Share": {"shares", "share"}, "Shrink": {"shrinks", "shrink"}, "Shutdown": {"shuts down", "shut down"},
	"Start": {"starts", "start"}, "Stop": {"stops", "stop"}, "Submit": {"submits", "submit"}, "Subscribe": {"subscribes to", "subscribe to"},
	"Sync": {"synchronizes", "synchronize"}, "Take": {"takes", "take"}, "Terminate": {"terminates", "terminate"},
	"Trigger": {"triggers", "trigger"}, "Unbind": {"unbinds", "unbind"}, "Undo": {"undoes", "undo"},
	"Ungenerate": {"takes back", "take back"}, "Ungroup": {"dissolves", "dissolve"}, "Unlock": {"unlocks", "unlock"},
	"Unmount": {"unmounts", "unmount"}, "Unprotect": {"stops protecting", "stop protecting"},
	"Unsubscribe": {"unsubscribes from", "unsubscribe from"}, "Update": {"changes", "change"}, "Upgrade": {"upgrades", "upgrade"},
	"Upload": {"uploads", "upload"}, "Validate": {"validates", "validate"},
}

// prepositions join the two things that an action's name speaks of.
var prepositions = map[string]string{
	"To": "to", "From": "from", "In": "in", "On": "on", "Of": "of", "For": "for", "By": "by", "With": "with",
}

// A reading is an action's name taken apart.
type reading struct {
	head  string // the word of the name that the verb is
	verb  verb
	obj   noun
	what  []token // the object's tokens
	prep  string  // English
	to    noun    // what follows the preposition
	place string  // "Local" or "Remote" at the end of the names of public cloud actions
	// owner and attr are set where the object is a property: VmHostname is the
	// hostname (attr) of a VM instance (owner).
	owner, attr *noun
}

// read takes an action's name apart.
func (l *lexicon) read(name string) reading {
	var r reading
	for n := len(name); n > 0; n-- {
		if v, ok := verbs[name[:n]]; ok && boundary(name, n) && n < len(name) {
			r.head, r.verb, name = name[:n], v, name[n:]
			break
		}
	}
	ts := l.tokens(name)
	if n := len(ts); n > 1 {
		if k := ts[n-1].key; k == "Local" || k == "Remote" {
			r.place, ts = k, ts[:n-1]
			if k := ts[n-2].key; n > 2 && (k == "From" || k == "In") {
				ts = ts[:n-2]
			}
		}
	}
	for i, t := range ts {
		if p, ok := prepositions[t.key]; ok && i > 0 && i < len(ts)-1 {
			r.prep, r.to = p, join(ts[i+1:])
			ts = ts[:i]
			break
		}
	}
	r.what, r.obj = ts, join(ts)
	if len(ts) > 1 && ts[0].owner && !ts[0].plural && r.prep == "" {
		owner, attr := join(ts[:1]), join(ts[1:])
		r.owner, r.attr = &owner, &attr
	}
	return r
}

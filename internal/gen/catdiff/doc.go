// Package catdiff compares two editions of the catalogue by what changes for the
// callers of the SDK that is generated from them. It is behind the command
//
//	go run ./internal/gen diff [-breaking] OLD NEW
//
// OLD and NEW are folders with actions.json, types.json, errors.json and, where
// the edition has one, behaviour.json, as they come: the project's overrides are
// not applied. Names are therefore those of the catalogue (vmInstanceUuid); types
// are those of Go (*string).
//
// The report begins with a table of counts: how much was added, removed and changed
// among actions, parameters, types, fields, values, error codes and facts of
// behaviour, and how many of these changes break callers. A section for each of
// them follows, with one line a change:
//
//	! - StopPumpAction (its type and methods are gone)
//	! ~ StartPumpAction.speed: range: 1 to 9 → 1 to 5 (refuses what was accepted)
//	  + StartPumpAction.label: *string
//	  ~ StartPumpAction.mode: required: always → no (relaxed)
//
// The sign is + for what was added, - for what was removed and ~ for what changed;
// the exclamation mark is for what breaks callers, and such lines stand first. What
// an added or removed row holds, such as an action's parameters, is not listed
// besides. Long values are cut. The report of two catalogues is always the same,
// whatever the order of their rows.
//
// With -breaking the sections hold only what breaks callers; the table still counts
// everything. The exit status is 0 whether there are differences or not.
//
// # What breaks callers
//
// A change breaks callers when a program that was right before no longer compiles,
// when a call that was accepted is refused, or when a call comes to mean something
// else:
//
//   - a removed action, parameter, type, field or value, a value that is no longer
//     known, and an error code whose constant is gone or renamed;
//   - another Go type of a parameter, field, result or row of a query, which is also
//     what a scalar gets that becomes optional or required;
//   - a new requirement or limit, or a stricter one; another pattern, too, since
//     nobody can tell in general whether it matches all that the old one did;
//   - another request: method, path, body, what is sent by default, and whether the
//     call is asynchronous or needs a session.
//
// Everything else does not: what was added, what is relaxed, and what only informs.
// Positional composite literals are not considered. Go types are those that the
// present generator writes for both editions.
package catdiff

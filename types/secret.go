package types

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// A Secret is a string that hides itself: a password, a session's UUID, a key. Package
// fmt, the handlers of package log/slog and the encoders of JSON, XML and the like
// write "***" in its place, wherever it stands: alone, in a slice, a map or a struct. An
// empty Secret is written as the empty string.
//
//	pw := types.Secret("s3cret")
//	fmt.Println(pw)    // ***
//	send(string(pw))   // the value
//
// The client sends the value. What reads JSON into a Secret takes a string and refuses
// "***", so that an action that was stored with its secrets hidden is not sent with that as
// its password; what stores actions has to store their secrets itself, as strings.
//
// There remain ways to print one by accident. Package fmt does not ask a value how it prints
// itself when the value is in an unexported field of a struct, when the verb is %p or a %w that is
// not Errorf's, and when the verb is wrong for a pointer around it, as %s and %d are for the
// pointer in a result: print results with %v and its kin. A conversion to string is the
// value, whatever is done with it then.
type Secret string

// Format implements [fmt.Formatter].
func (s Secret) Format(f fmt.State, verb rune) {
	redact.Format(f, verb, "types.Secret", redact.All, string(s))
}

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return redact.GoString("types.Secret", redact.All, string(s)) }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redact.String(redact.All, string(s))) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes "***".
func (s Secret) MarshalJSON() ([]byte, error) { return hidden(redact.All, string(s)) }

// UnmarshalJSON implements [encoding/json.Unmarshaler]. It refuses "***".
func (s *Secret) UnmarshalJSON(data []byte) error { return unhide(redact.All, data, (*string)(s)) }

// MarshalText implements [encoding.TextMarshaler]. It writes ***.
func (s Secret) MarshalText() ([]byte, error) {
	return []byte(redact.String(redact.All, string(s))), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It refuses ***.
func (s *Secret) UnmarshalText(text []byte) error {
	return unmask(redact.All, string(text), (*string)(s))
}

// A SecretURL is an address that can hold a password, which it hides as a [Secret] hides
// itself: "sftp://root:***@10.0.0.1/images". What stands between the first colon and the last
// @ is taken for the password, also where there is no scheme ("root:***@10.0.0.1"); an
// IP address in front of a path, as NFS has it, is none. The values of parameters by which object
// stores sign an address, and of those called token, password and the like, are hidden too.
type SecretURL string

// Format implements [fmt.Formatter].
func (s SecretURL) Format(f fmt.State, verb rune) {
	redact.Format(f, verb, "types.SecretURL", redact.URI, string(s))
}

// GoString implements [fmt.GoStringer].
func (s SecretURL) GoString() string {
	return redact.GoString("types.SecretURL", redact.URI, string(s))
}

// LogValue implements [slog.LogValuer].
func (s SecretURL) LogValue() slog.Value {
	return slog.StringValue(redact.String(redact.URI, string(s)))
}

// MarshalJSON implements [encoding/json.Marshaler]. It writes "***" for the password.
func (s SecretURL) MarshalJSON() ([]byte, error) { return hidden(redact.URI, string(s)) }

// UnmarshalJSON implements [encoding/json.Unmarshaler]. It refuses an address whose
// password is "***".
func (s *SecretURL) UnmarshalJSON(data []byte) error { return unhide(redact.URI, data, (*string)(s)) }

// MarshalText implements [encoding.TextMarshaler]. It writes *** for the password.
func (s SecretURL) MarshalText() ([]byte, error) {
	return []byte(redact.String(redact.URI, string(s))), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It refuses an address whose password
// is ***.
func (s *SecretURL) UnmarshalText(text []byte) error {
	return unmask(redact.URI, string(text), (*string)(s))
}

// A SystemTag is a system tag, which can hold a password: it hides what follows
// "consolePassword::", "userdata::" and "rootPassword::" as a [Secret] hides itself. It is the
// type of what is a single tag in the API, and of its lists; the field SystemTags of actions
// is a list of plain strings, whose secrets errors and logs of the client hide all the same.
type SystemTag string

// Format implements [fmt.Formatter].
func (s SystemTag) Format(f fmt.State, verb rune) {
	redact.Format(f, verb, "types.SystemTag", redact.Tag, string(s))
}

// GoString implements [fmt.GoStringer].
func (s SystemTag) GoString() string {
	return redact.GoString("types.SystemTag", redact.Tag, string(s))
}

// LogValue implements [slog.LogValuer].
func (s SystemTag) LogValue() slog.Value {
	return slog.StringValue(redact.String(redact.Tag, string(s)))
}

// MarshalJSON implements [encoding/json.Marshaler]. It writes "***" for what is secret.
func (s SystemTag) MarshalJSON() ([]byte, error) { return hidden(redact.Tag, string(s)) }

// UnmarshalJSON implements [encoding/json.Unmarshaler]. It refuses a tag whose secret is
// "***".
func (s *SystemTag) UnmarshalJSON(data []byte) error { return unhide(redact.Tag, data, (*string)(s)) }

// MarshalText implements [encoding.TextMarshaler]. It writes *** for what is secret.
func (s SystemTag) MarshalText() ([]byte, error) {
	return []byte(redact.String(redact.Tag, string(s))), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It refuses a tag whose secret is
// ***.
func (s *SystemTag) UnmarshalText(text []byte) error {
	return unmask(redact.Tag, string(text), (*string)(s))
}

// hidden is a string as JSON, without its secrets.
func hidden(kind redact.Kind, s string) ([]byte, error) { return wire.Encode(redact.String(kind, s)) }

// unhide reads a string from JSON that has to be whole.
func unhide(kind redact.Kind, data []byte, into *string) error {
	if wire.IsNull(data) {
		return nil // as package encoding/json wants it
	}
	var s string
	if err := wire.DecodeInput(data, &s); err != nil {
		return errors.New("a secret has to be a string") // the decoder's error can quote it
	}
	return unmask(kind, s, into)
}

// unmask stores a string that has to be whole.
func unmask(kind redact.Kind, s string, into *string) error {
	if redact.IsMasked(kind, s) {
		return redact.ErrMasked
	}
	*into = s
	return nil
}

package zstack

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/session"
	"github.com/zstack-go/zstack-go/types"
)

// Credentials say how a [Client] proves who it is. The zero value proves
// nothing: only actions that carry credentials of their own, and those that
// need none, can be called with it.
//
// Wrong passwords can lock an account. A client therefore tries a name and password
// that the server did not accept (ID.1000) only once: all later calls that need a
// session fail with the same error, and a new password needs a new client.
//
// Printing credentials shows their kind and no secret.
type Credentials struct {
	kind  string
	fixed func() authorization // a function, since fmt can look behind everything else
	login func(ctx context.Context, c *Client) (*types.SessionInventory, error)
	err   error // what makes them unusable, known when they were made
	// password says that they rest on a password, which stays wrong once it was.
	password bool
}

// Session uses a session that was opened elsewhere. The client does not renew
// it and does not log out of it. It does not log in either, which is how the server's
// time zone is found; see [WithLocation] for a server in another than the local one.
func Session(uuid string) Credentials {
	return Credentials{kind: "session", fixed: always(authorization{session: uuid}), err: missing("session uuid", uuid)}
}

// AccessKey signs every request with an access key. The server compares the
// signed date with its own wall clock and refuses a difference of more than 15
// minutes; see [WithLocation] for a server in another time zone, which a client that
// never logs in does not find.
func AccessKey(id, secret string) Credentials {
	return Credentials{kind: "access key", fixed: always(authorization{keyID: id, secret: secret}), err: missing("access key id", id, "access key secret", secret)}
}

// Account logs in with the name and the plain password of an account, when the
// first call needs it. Close logs out.
func Account(name, password string) Credentials {
	return loginWith("account", missing("account name", name, "password", password), func() Action {
		return ownAction{info: &logInByAccount, AccountName: name, Password: HashPassword(password)}
	})
}

// User logs in as a user of an account, with the account's name, the user's name
// and the user's plain password, when the first call needs it. Close logs out.
func User(account, user, password string) Credentials {
	return loginWith("user", missing("account name", account, "user name", user, "password", password), func() Action {
		return ownAction{info: &logInByUser, AccountName: account, UserName: user, Password: HashPassword(password)}
	})
}

// LDAP logs in with the uid and the password of an entry in an LDAP directory
// that the server knows, when the first call needs it. The password travels as
// it is, since the directory has to check it: use https. Close logs out.
func LDAP(uid, password string) Credentials {
	return loginWith("LDAP", missing("uid", uid, "password", password), func() Action {
		return ownAction{info: &logInByLDAP, UID: uid, Password: types.Secret(password)}
	})
}

// IAM2 logs in with the name and the plain password of an IAM2 virtual ID, when
// the first call needs it. Close logs out.
func IAM2(name, password string) Credentials {
	return loginWith("IAM2", missing("virtual ID name", name, "password", password), func() Action {
		return ownAction{info: &loginIAM2VirtualID, Name: name, Password: HashPassword(password)}
	})
}

// Login uses a function for every other way to log in: CAS, a login with a
// captcha, a token service. The function is called when the first call needs a
// session, never twice at a time, with a context that ends when nobody waits for
// the session any more. It may call actions that need no session, such as
// actions.LogInAction, with the client it is given. Close logs out of the
// session that it returned.
//
// After an error, the next call that needs a session calls it again. When the error
// is that the server did not accept a name or password (ID.1000), only calls do so,
// and not polls and renewals, which could lock the account on their own.
func Login(login func(ctx context.Context, c *Client) (*types.SessionInventory, error)) Credentials {
	if login == nil {
		return Credentials{kind: "login", err: errors.New("the login function is nil")}
	}
	return Credentials{kind: "login", login: login}
}

func always(g authorization) func() authorization { return func() authorization { return g } }

// missing names the first of (name, value) pairs whose value is empty or cannot
// travel in a header.
func missing(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			return fmt.Errorf("the %s is empty", pairs[i])
		}
		if (pairs[i] == "session uuid" || pairs[i] == "access key id") && !network.FitsHeader(pairs[i+1]) {
			return fmt.Errorf("the %s contains a character that is not valid in a header", pairs[i])
		}
	}
	return nil
}

// own is the session or access key that the credentials are; empty where they are none, or
// a login.
func (c Credentials) own() authorization {
	if c.fixed == nil {
		return authorization{}
	}
	return c.fixed()
}

// String returns the kind of the credentials.
func (c Credentials) String() string {
	if c.kind == "" {
		return "none"
	}
	return c.kind
}

// Format prints the kind of the credentials, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// LogValue returns the kind of the credentials.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// loginWith makes credentials from one of the server's own login actions.
func loginWith(kind string, err error, action func() Action) Credentials {
	return Credentials{kind: kind, err: err, password: true, login: func(ctx context.Context, c *Client) (*types.SessionInventory, error) {
		var result struct {
			Inventory *types.SessionInventory `json:"inventory"`
		}
		// A login whose reply was lost can be repeated: at worst it leaves a session
		// that nobody uses.
		if err := c.callOwn(ctx, action(), &result); err != nil {
			return nil, err
		}
		return result.Inventory, nil
	}}
}

// renew moves the end of a session and returns it as it is then.
func (c *Client) renew(ctx context.Context, uuid string) (*types.SessionInventory, error) {
	var result struct {
		Inventory *types.SessionInventory `json:"inventory"`
	}
	err := c.callOwn(ctx, ownAction{info: &renewSession, SessionUUID: types.Secret(uuid), SessionID: types.Secret(uuid)}, &result)
	if err != nil {
		return nil, err
	}
	if err := session.Check(result.Inventory); err != nil {
		return nil, &Error{Action: "RenewSessionAction", Status: http.StatusOK, Err: err}
	}
	return result.Inventory, nil
}

// HashPassword returns a password as the server stores it and takes it: the
// lower-case hexadecimal SHA-512 of its bytes. The credentials [Account], [User]
// and [IAM2] do it themselves; actions send their password fields as given, so
// the caller of CreateAccountAction, CreateUserAction and their kin hashes. Whoever has
// the hash can log in with it: it is a secret like the password.
func HashPassword(password string) types.Secret {
	sum := sha512.Sum512([]byte(password))
	return types.Secret(hex.EncodeToString(sum[:]))
}

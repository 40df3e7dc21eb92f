package cloud

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// A Login is how somebody logs in: as an account, as a User of it, by LDAP, as an IAM2 virtual
// ID, or with an access key, of which nothing is asked of the server but whether it is one.
type Login struct {
	Account, User, LDAP, IAM2, AccessKey string
	Secret                               string // the password, or the secret of the key
}

// Name returns who it is that logs in.
func (l Login) Name() string {
	switch {
	case l.User != "":
		return l.Account + "/" + l.User
	case l.LDAP != "":
		return l.LDAP
	case l.IAM2 != "":
		return l.IAM2
	case l.AccessKey != "":
		return l.AccessKey
	}
	return l.Account
}

// session opens a session.
func (l Login) session(ctx context.Context, client *zstack.Client) (*types.SessionInventory, error) {
	hash := zstack.HashPassword(l.Secret)
	var login zstack.Action
	switch {
	case l.User != "":
		login = actions.LogInByUserAction{AccountName: &l.Account, UserName: l.User, Password: hash}
	case l.LDAP != "":
		login = actions.LogInByLdapAction{Uid: l.LDAP, Password: types.Secret(l.Secret)} // The directory checks it.
	case l.IAM2 != "":
		login = actions.LoginIAM2VirtualIDAction{Name: l.IAM2, Password: hash}
	default:
		login = actions.LogInByAccountAction{AccountName: l.Account, Password: hash}
	}
	var result struct {
		Inventory *types.SessionInventory `json:"inventory"`
	}
	err := client.Call(ctx, login, &result)
	return result.Inventory, err
}

// LogIn opens a session, or tries an access key, and keeps it in the file.
func LogIn(ctx context.Context, s Settings, l Login) (File, string, error) {
	if !s.environment() {
		// Somebody whose session has ended logs in to the same server again.
		earlier, err := Read()
		if err != nil || earlier == nil {
			return File{}, "", errors.Join(err, &Error{lang.S("there is no management node: give --endpoint, or set ZSTACK_ENDPOINT"), ErrNobody})
		}
		_ = os.Setenv("ZSTACK_ENDPOINT", earlier.Endpoint)
	}
	f := File{Name: l.Name()}
	credentials := zstack.Login(func(ctx context.Context, client *zstack.Client) (*types.SessionInventory, error) {
		session, err := l.session(ctx, client)
		if err == nil && session != nil {
			f.Session = string(session.UUID)
		}
		return session, err
	})
	if l.AccessKey != "" {
		f.AccessKeyID, f.AccessKeySecret = l.AccessKey, l.Secret
		credentials = zstack.AccessKey(l.AccessKey, l.Secret)
	}
	client, err := zstack.NewClientFromEnv(zstack.WithUserAgent(userAgent), zstack.WithCredentials(credentials))
	if err != nil {
		return File{}, "", err
	}
	// Any call that needs a session logs in. The client is not closed, which would log out.
	if _, err := (actions.QueryAccountAction{}).Count(ctx, client); err != nil && !zstack.IsPermissionDenied(err) {
		_ = client.Close(ctx) // in case it has logged in all the same
		return File{}, "", err
	}
	f.Endpoint = address(client)
	if f.Session != "" { // The zone of a server is found by a login only.
		f.TimeZone = zoneName(client.Location())
	}
	path, err := replace(ctx, f)
	if err != nil {
		_ = client.Close(ctx) // which logs out of a session that nobody could use
	}
	return f, path, err
}

// replace writes the file, and ends the session that was in it before: nobody could use it any
// more. That it cannot be ended does not matter; the server ends it some time.
func replace(ctx context.Context, f File) (path string, err error) {
	earlier, _ := Read()
	path, err = Write(f)
	if err == nil && earlier != nil && earlier.Session != "" && earlier.Session != f.Session && earlier.Endpoint == f.Endpoint {
		if client, err := zstack.NewClientFromEnv(zstack.WithUserAgent(userAgent), zstack.WithMaxRetries(0)); err == nil {
			_, _ = actions.LogOutAction{SessionUUID: new(types.Secret(earlier.Session))}.Call(ctx, client, zstack.WithTimeout(5*time.Second))
		}
	}
	return path, err
}

// Keep keeps a session that an action opened, as zstack-cli does.
func (c *Cloud) Keep(ctx context.Context, name, session string) error {
	f := File{Endpoint: address(c.Client), Name: name, Session: session}
	if location := c.Client.Location(); location != time.Local { // which it also is where none was found
		f.TimeZone = zoneName(location)
	}
	_, err := replace(ctx, f)
	return err
}

// LogOut ends the session of the file and removes the file.
func LogOut(ctx context.Context) (*File, error) {
	f, err := Read()
	if err != nil || f == nil {
		return f, err
	}
	if f.Session != "" {
		_ = os.Setenv("ZSTACK_ENDPOINT", f.Endpoint)
		client, err := zstack.NewClientFromEnv(zstack.WithUserAgent(userAgent), f.credentials())
		if err != nil {
			return f, err
		}
		_, err = actions.LogOutAction{SessionUUID: new(types.Secret(f.Session))}.Call(ctx, client)
		if err != nil && !zstack.IsInvalidSession(err) {
			return f, err
		}
	}
	return f, Remove()
}

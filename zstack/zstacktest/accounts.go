package zstacktest

import (
	"crypto/sha512"
	"encoding/hex"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

// adminUUID is the UUID of the first account. It is the same on every
// installation.
const adminUUID = "36c27e8ff05c4780bf6d2fa65700f22e"

// passwordField and plainField hold the two forms of an account's password that
// logins bring: hashed, and, over LDAP, as it is.
const (
	passwordField = "@password"
	plainField    = "@plain"
)

// addAccounts makes the accounts, keys and sessions that the options ask for.
func (n *Node) addAccounts(now time.Time) {
	for i, a := range n.config.accounts {
		fields := map[string]any{
			"name": a.name, "type": "Normal",
			passwordField: hashPassword(a.password), plainField: a.password,
		}
		if i == 0 {
			fields["uuid"], fields["type"] = adminUUID, "SystemAdmin"
		}
		n.store.Insert("Account", now, fields)
	}
	for _, k := range n.config.accessKeys {
		n.store.Insert("AccessKey", now, map[string]any{
			"accountUuid": adminUUID, "userUuid": adminUUID, "AccessKeyID": k.id, "AccessKeySecret": k.secret,
		})
	}
	for _, uuid := range n.config.sessions {
		n.openSession(uuid, adminUUID, now)
	}
}

// hashPassword returns a password as most logins send it.
func hashPassword(password string) string {
	sum := sha512.Sum512([]byte(password))
	return hex.EncodeToString(sum[:])
}

func accountAPIs() []*api {
	return []*api{
		on("LogInByAccount", logIn("accountName", passwordField)),
		on("LogInByUser", logIn("userName", passwordField)),
		on("LoginIAM2VirtualID", logIn("name", passwordField)),
		on("LogInByLdap", logInByLDAP),
		on("LogIn", logInByType),
		on("LogOut", logOut),
		on("ValidateSession", validateSession),
		on("RenewSession", renewSession),

		on("CreateAccount", createAccount),
		on("UpdateAccount", updateAccount),
		on("DeleteAccount", deleteAccount),
		on("CreateAccessKey", createAccessKey),
		on("ChangeAccessKeyState", changeState),
		on("DeleteAccessKey", remove),
	}
}

// logIn returns a handler that takes the name from one parameter and compares
// the password with one field of the account.
func logIn(nameParam, field string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		s, err := c.logIn(c.str(nameParam), c.str("password"), field)
		if err != nil {
			return nil, err
		}
		return inventoryResult(s.inventory(&c.node.release)), nil
	}
}

func (c *call) logIn(name, password, field string) (*session, *apierr.Error) {
	for _, a := range c.store().By("Account", "name", name) {
		if a.Str("state") == "Enabled" && a.Str(field) == password {
			return c.node.openSession(c.node.NewUUID(), a.Key, c.now), nil
		}
	}
	err := apierr.Failf(apierr.CodeAuthentication, "wrong account name or password")
	if c.api.name == "LogInByAccount" {
		err.Location = "LoginManagerImpl.java: process-login (location:2/2)"
	}
	return nil, err
}

// logInByLDAP answers with the account as well as the session.
func logInByLDAP(c *call) (*javajson.Object, *apierr.Error) {
	s, err := c.logIn(c.str("uid"), c.str("password"), plainField)
	if err != nil {
		return nil, err
	}
	result := inventoryResult(s.inventory(&c.node.release))
	result.Add("accountInventory", c.store().Inventory(c.store().Get("Account", s.account), nil))
	return result, nil
}

func logInByType(c *call) (*javajson.Object, *apierr.Error) {
	if strings.EqualFold(c.str("loginType"), "ldap") {
		return logIn("username", plainField)(c)
	}
	return logIn("username", passwordField)(c)
}

func logOut(c *call) (*javajson.Object, *apierr.Error) {
	delete(c.node.sessions, c.str("sessionUuid"))
	return nil, nil
}

func validateSession(c *call) (*javajson.Object, *apierr.Error) {
	o := &javajson.Object{}
	o.Add("valid", c.node.session(c.str("sessionUuid"), c.now) != nil)
	return o, nil
}

// renewSession moves a session's end; the duration is in seconds.
func renewSession(c *call) (*javajson.Object, *apierr.Error) {
	s := c.node.session(c.str("sessionUuid"), c.now)
	if s == nil {
		return nil, apierr.Failf(apierr.CodeInvalidSession, "Session expired")
	}
	ttl := c.node.config.sessionTTL
	if c.has("duration") {
		ttl = time.Duration(c.int("duration")) * time.Second
	}
	s.expires = c.now.Add(ttl)
	return inventoryResult(s.inventory(&c.node.release)), nil
}

// createAccount keeps the password as it came: the client has hashed it.
func createAccount(c *call) (*javajson.Object, *apierr.Error) {
	if len(c.store().By("Account", "name", c.str("name"))) > 0 {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "unable to create an account. An account already called %s", c.str("name")).
			Advise("1035", "An account named ["+c.str("name")+"] exists.", "已有名为["+c.str("name")+"]的帐户。")
	}
	account, err := c.insert("Account", map[string]any{"password": nil, passwordField: c.str("password")})
	if err != nil {
		return nil, err
	}
	c.addQuotas(account)
	return c.answer(account)
}

func updateAccount(c *call) (*javajson.Object, *apierr.Error) {
	changes := c.given("name", "description", "state")
	if c.has("password") {
		changes[passwordField] = c.str("password")
	}
	return c.change(c.row("uuid"), changes)
}

// createAccessKey makes up the parts of the key that it is not given.
func createAccessKey(c *call) (*javajson.Object, *apierr.Error) {
	fields := make(map[string]any)
	if !c.has("AccessKeyID") {
		fields["AccessKeyID"] = c.node.NewUUID()[:20]
	}
	if !c.has("AccessKeySecret") {
		fields["AccessKeySecret"] = c.node.NewUUID() + c.node.NewUUID()[:8]
	}
	return c.create("AccessKey", fields)
}

// deleteAccount ends the sessions of the account with it.
func deleteAccount(c *call) (*javajson.Object, *apierr.Error) {
	for uuid, s := range c.node.sessions {
		if s.account == c.str("uuid") {
			delete(c.node.sessions, uuid)
		}
	}
	return remove(c)
}

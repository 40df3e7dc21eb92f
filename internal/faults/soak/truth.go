package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/zstack-go/zstack-go/zstack"
)

// zones asks the node, without the SDK and the network, how many zones there are of
// each name, and what the name of each is.
func (s *stage) zones() (byName map[string]int, names map[string]string, err error) {
	var login struct {
		Inventory struct {
			UUID string `json:"uuid"`
		} `json:"inventory"`
	}
	body := fmt.Sprintf(`{"logInByAccount":{"accountName":"admin","password":%q}}`, zstack.HashPassword("password"))
	if err := s.ask(http.MethodPut, "/accounts/login", "", body, &login); err != nil {
		return nil, nil, err
	}
	var found struct {
		Inventories []struct {
			UUID string `json:"uuid"`
			Name string `json:"name"`
		} `json:"inventories"`
	}
	if err := s.ask(http.MethodGet, "/zones?limit=10000000", login.Inventory.UUID, "", &found); err != nil {
		return nil, nil, err
	}
	byName, names = make(map[string]int), make(map[string]string)
	for _, z := range found.Inventories {
		byName[z.Name]++
		names[z.UUID] = z.Name
	}
	return byName, names, nil
}

// ask sends a request straight to the node.
func (s *stage) ask(method, path, session, body string, result any) error {
	req, err := http.NewRequest(method, s.node.URL+"/zstack/v1"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	if session != "" {
		req.Header.Set("Authorization", "OAuth "+session)
	}
	resp, err := (&http.Client{Transport: s.node.Node}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("asking the node for %s: %s: %s", path, resp.Status, data)
	}
	return json.Unmarshal(data, result)
}

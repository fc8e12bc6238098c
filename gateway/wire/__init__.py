"""The language of the core door: what a gateway and a core store elsewhere say to each other, as JSON.

`adapters.core_http` speaks it, `web.door` listens. What a gateway asks is read strictly: an unknown field may be a
wish that we would not fulfil. What a core store answers is read tolerantly: a newer one may say more than we know.
"""

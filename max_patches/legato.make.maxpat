{
    "patcher": {
        "title": "legato.make",
        "fileversion": 1,
        "appversion": {
            "major": 8,
            "minor": 5,
            "revision": 5,
            "architecture": "x64",
            "modernui": 1
        },
        "classnamespace": "box",
        "rect": [
            60.0,
            60.0,
            3307.0,
            1302.0
        ],
        "bglocked": 0,
        "openinpresentation": 1,
        "default_fontsize": 12.0,
        "default_fontface": 0,
        "default_fontname": "Arial",
        "gridonopen": 1,
        "gridsize": [
            15.0,
            15.0
        ],
        "gridsnaponopen": 1,
        "objectsnaponopen": 1,
        "statusbarvisible": 2,
        "toolbarvisible": 1,
        "lefttoolbarpinned": 0,
        "toptoolbarpinned": 0,
        "righttoolbarpinned": 0,
        "bottomtoolbarpinned": 0,
        "toolbars_unpinned_last_save": 0,
        "tallnewobj": 0,
        "boxanimatetime": 200,
        "enablehscroll": 1,
        "enablevscroll": 1,
        "devicewidth": 0.0,
        "description": "",
        "digest": "",
        "tags": "",
        "style": "",
        "subpatcher_template": "",
        "assistshowspatchername": 0,
        "boxes": [
            {
                "box": {
                    "id": "obj-1",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1260,
                        121,
                        22
                    ],
                    "outlettype": [],
                    "text": "s ---legato.ask"
                }
            },
            {
                "box": {
                    "id": "obj-2",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        130,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        22,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "generate",
                    "hint": "New audio, from a prompt where the model can.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-3",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        160,
                        110,
                        22
                    ],
                    "text": "go /generate",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-4",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        188,
                        900,
                        21
                    ],
                    "text": "id [model s] [seed i] [play i] [takes i] [at s f] [seconds f] [key value ...] [prompt ...]: New audio, from a prompt where the model can.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-5",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        23,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-6",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        160,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /generate model"
                }
            },
            {
                "box": {
                    "id": "obj-7",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        6,
                        104,
                        16
                    ],
                    "text": "model",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-8",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        393,
                        130,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        23,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-9",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        393,
                        160,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /generate seed"
                }
            },
            {
                "box": {
                    "id": "obj-10",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        393,
                        80,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        6,
                        64,
                        16
                    ],
                    "text": "seed",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-11",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        615,
                        130,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        306,
                        23,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-12",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        615,
                        160,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /generate play"
                }
            },
            {
                "box": {
                    "id": "obj-13",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        615,
                        80,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        306,
                        6,
                        40,
                        16
                    ],
                    "text": "play",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-14",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        837,
                        130,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        354,
                        23,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-15",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        837,
                        160,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /generate takes"
                }
            },
            {
                "box": {
                    "id": "obj-16",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        837,
                        80,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        354,
                        6,
                        64,
                        16
                    ],
                    "text": "takes",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-17",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1066,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        426,
                        23,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-18",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1066,
                        160,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /generate at"
                }
            },
            {
                "box": {
                    "id": "obj-19",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1066,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        426,
                        6,
                        104,
                        16
                    ],
                    "text": "at",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-20",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1288,
                        130,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        538,
                        23,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0.01
                }
            },
            {
                "box": {
                    "id": "obj-21",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1288,
                        160,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /generate seconds"
                }
            },
            {
                "box": {
                    "id": "obj-22",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1288,
                        80,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        538,
                        6,
                        64,
                        16
                    ],
                    "text": "seconds",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-23",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1531,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        610,
                        23,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-24",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1531,
                        160,
                        254,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /generate parameters"
                }
            },
            {
                "box": {
                    "id": "obj-25",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1531,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        610,
                        6,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-26",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1809,
                        130,
                        220,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        722,
                        23,
                        220,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-27",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1809,
                        160,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /generate prompt"
                }
            },
            {
                "box": {
                    "id": "obj-28",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1809,
                        80,
                        220,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        722,
                        6,
                        220,
                        16
                    ],
                    "text": "prompt",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-29",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        290,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        66,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "continue",
                    "hint": "More of a take, a file or the live stream.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-30",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        320,
                        110,
                        22
                    ],
                    "text": "go /continue",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-31",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        348,
                        900,
                        21
                    ],
                    "text": "id source seconds [model s] [seed i] [play i] [takes i] [at s f] [key value ...] [prompt ...]: More of a take, a file or the live stream.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-32",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        290,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        67,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-33",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        320,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /continue source"
                }
            },
            {
                "box": {
                    "id": "obj-34",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        240,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        50,
                        104,
                        16
                    ],
                    "text": "source",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-35",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        400,
                        290,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        67,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-36",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        400,
                        320,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /continue source"
                }
            },
            {
                "box": {
                    "id": "obj-37",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        400,
                        240,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        50,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-38",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        636,
                        290,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        67,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0.01
                }
            },
            {
                "box": {
                    "id": "obj-39",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        636,
                        262,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 8"
                }
            },
            {
                "box": {
                    "id": "obj-40",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        636,
                        320,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /continue seconds"
                }
            },
            {
                "box": {
                    "id": "obj-41",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        636,
                        240,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        50,
                        64,
                        16
                    ],
                    "text": "seconds",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-42",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        879,
                        290,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        342,
                        67,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-43",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        879,
                        320,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /continue model"
                }
            },
            {
                "box": {
                    "id": "obj-44",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        879,
                        240,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        342,
                        50,
                        104,
                        16
                    ],
                    "text": "model",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-45",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1122,
                        290,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        67,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-46",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1122,
                        320,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /continue seed"
                }
            },
            {
                "box": {
                    "id": "obj-47",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1122,
                        240,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        50,
                        64,
                        16
                    ],
                    "text": "seed",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-48",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1344,
                        290,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        526,
                        67,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-49",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1344,
                        320,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /continue play"
                }
            },
            {
                "box": {
                    "id": "obj-50",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1344,
                        240,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        526,
                        50,
                        40,
                        16
                    ],
                    "text": "play",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-51",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1566,
                        290,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        574,
                        67,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-52",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1566,
                        320,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /continue takes"
                }
            },
            {
                "box": {
                    "id": "obj-53",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1566,
                        240,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        574,
                        50,
                        64,
                        16
                    ],
                    "text": "takes",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-54",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1795,
                        290,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        646,
                        67,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-55",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1795,
                        320,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /continue at"
                }
            },
            {
                "box": {
                    "id": "obj-56",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1795,
                        240,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        646,
                        50,
                        104,
                        16
                    ],
                    "text": "at",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-57",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2017,
                        290,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        758,
                        67,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-58",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2017,
                        320,
                        254,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /continue parameters"
                }
            },
            {
                "box": {
                    "id": "obj-59",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2017,
                        240,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        758,
                        50,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-60",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2295,
                        290,
                        220,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        870,
                        67,
                        220,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-61",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2295,
                        320,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /continue prompt"
                }
            },
            {
                "box": {
                    "id": "obj-62",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2295,
                        240,
                        220,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        870,
                        50,
                        220,
                        16
                    ],
                    "text": "prompt",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-63",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        450,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        110,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "inpaint",
                    "hint": "Replaces a span; the rest stays untouched.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-64",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        480,
                        110,
                        22
                    ],
                    "text": "go /inpaint",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-65",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        508,
                        900,
                        21
                    ],
                    "text": "id source start_seconds end_seconds [model s] [seed i] [play i] [takes i] [at s f] [key value ...] [prompt ...]: Replaces a span; the rest stays untouched.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-66",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-67",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        480,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /inpaint source"
                }
            },
            {
                "box": {
                    "id": "obj-68",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        94,
                        104,
                        16
                    ],
                    "text": "source",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-69",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        393,
                        450,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        111,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-70",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        393,
                        480,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /inpaint source"
                }
            },
            {
                "box": {
                    "id": "obj-71",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        393,
                        400,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        94,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-72",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        622,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        111,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-73",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        622,
                        422,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 2"
                }
            },
            {
                "box": {
                    "id": "obj-74",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        622,
                        480,
                        254,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /inpaint start_seconds"
                }
            },
            {
                "box": {
                    "id": "obj-75",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        622,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        94,
                        91,
                        16
                    ],
                    "text": "start_seconds",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-76",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        900,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        369,
                        111,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-77",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        900,
                        422,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 4"
                }
            },
            {
                "box": {
                    "id": "obj-78",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        900,
                        480,
                        240,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /inpaint end_seconds"
                }
            },
            {
                "box": {
                    "id": "obj-79",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        900,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        369,
                        94,
                        77,
                        16
                    ],
                    "text": "end_seconds",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-80",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1164,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-81",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1164,
                        480,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /inpaint model"
                }
            },
            {
                "box": {
                    "id": "obj-82",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1164,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        94,
                        104,
                        16
                    ],
                    "text": "model",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-83",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1400,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        566,
                        111,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-84",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1400,
                        480,
                        191,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /inpaint seed"
                }
            },
            {
                "box": {
                    "id": "obj-85",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1400,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        566,
                        94,
                        64,
                        16
                    ],
                    "text": "seed",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-86",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1615,
                        450,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        638,
                        111,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-87",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1615,
                        480,
                        191,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /inpaint play"
                }
            },
            {
                "box": {
                    "id": "obj-88",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1615,
                        400,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        638,
                        94,
                        40,
                        16
                    ],
                    "text": "play",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-89",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1830,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        686,
                        111,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-90",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1830,
                        480,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /inpaint takes"
                }
            },
            {
                "box": {
                    "id": "obj-91",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1830,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        686,
                        94,
                        64,
                        16
                    ],
                    "text": "takes",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-92",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2052,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        758,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-93",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2052,
                        480,
                        191,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /inpaint at"
                }
            },
            {
                "box": {
                    "id": "obj-94",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2052,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        758,
                        94,
                        104,
                        16
                    ],
                    "text": "at",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-95",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2267,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        870,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-96",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2267,
                        480,
                        247,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /inpaint parameters"
                }
            },
            {
                "box": {
                    "id": "obj-97",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2267,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        870,
                        94,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-98",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2538,
                        450,
                        220,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        982,
                        111,
                        220,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-99",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2538,
                        480,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /inpaint prompt"
                }
            },
            {
                "box": {
                    "id": "obj-100",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2538,
                        400,
                        220,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        982,
                        94,
                        220,
                        16
                    ],
                    "text": "prompt",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-101",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        610,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        154,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "vary",
                    "hint": "A variation: strength 0 is the source itself, 1 keeps least of it.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-102",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        640,
                        110,
                        22
                    ],
                    "text": "go /vary",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-103",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        668,
                        900,
                        21
                    ],
                    "text": "id source strength [model s] [seed i] [play i] [takes i] [at s f] [key value ...] [prompt ...]: A variation: strength 0 is the source itself, 1 keeps least of i",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-104",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        610,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        155,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-105",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        640,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /vary source"
                }
            },
            {
                "box": {
                    "id": "obj-106",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        560,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        138,
                        104,
                        16
                    ],
                    "text": "source",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-107",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        372,
                        610,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        155,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-108",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        372,
                        640,
                        184,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /vary source"
                }
            },
            {
                "box": {
                    "id": "obj-109",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        372,
                        560,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        138,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-110",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        580,
                        610,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        155,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-111",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        580,
                        582,
                        128,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 0.3"
                }
            },
            {
                "box": {
                    "id": "obj-112",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        580,
                        640,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /vary strength"
                }
            },
            {
                "box": {
                    "id": "obj-113",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        580,
                        560,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        138,
                        64,
                        16
                    ],
                    "text": "strength",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-114",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        802,
                        610,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        342,
                        155,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-115",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        802,
                        640,
                        191,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /vary model"
                }
            },
            {
                "box": {
                    "id": "obj-116",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        802,
                        560,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        342,
                        138,
                        104,
                        16
                    ],
                    "text": "model",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-117",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1017,
                        610,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        155,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-118",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1017,
                        640,
                        170,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /vary seed"
                }
            },
            {
                "box": {
                    "id": "obj-119",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1017,
                        560,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        138,
                        64,
                        16
                    ],
                    "text": "seed",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-120",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1211,
                        610,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        526,
                        155,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-121",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1211,
                        640,
                        170,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /vary play"
                }
            },
            {
                "box": {
                    "id": "obj-122",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1211,
                        560,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        526,
                        138,
                        40,
                        16
                    ],
                    "text": "play",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-123",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1405,
                        610,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        574,
                        155,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-124",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1405,
                        640,
                        177,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /vary takes"
                }
            },
            {
                "box": {
                    "id": "obj-125",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1405,
                        560,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        574,
                        138,
                        64,
                        16
                    ],
                    "text": "takes",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-126",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1606,
                        610,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        646,
                        155,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-127",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1606,
                        640,
                        170,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /vary at"
                }
            },
            {
                "box": {
                    "id": "obj-128",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1606,
                        560,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        646,
                        138,
                        104,
                        16
                    ],
                    "text": "at",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-129",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1800,
                        610,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        758,
                        155,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-130",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1800,
                        640,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /vary parameters"
                }
            },
            {
                "box": {
                    "id": "obj-131",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1800,
                        560,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        758,
                        138,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-132",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2050,
                        610,
                        220,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        870,
                        155,
                        220,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-133",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2050,
                        640,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /vary prompt"
                }
            },
            {
                "box": {
                    "id": "obj-134",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2050,
                        560,
                        220,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        870,
                        138,
                        220,
                        16
                    ],
                    "text": "prompt",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-135",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        770,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        198,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "interpolate",
                    "hint": "What lies between two takes, files or scores: mix 0 is the first, 1 the second.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-136",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        800,
                        110,
                        22
                    ],
                    "text": "go /interpolate",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-137",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        828,
                        900,
                        21
                    ],
                    "text": "id source_a source_b mix [model s] [seed i] [play i] [takes i] [at s f] [key value ...] [prompt ...]: What lies between two takes, files or scores: mix 0 is the",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-138",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        199,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-139",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        800,
                        261,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /interpolate source_a"
                }
            },
            {
                "box": {
                    "id": "obj-140",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        182,
                        104,
                        16
                    ],
                    "text": "source_a",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-141",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        435,
                        770,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        199,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-142",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        435,
                        800,
                        247,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /interpolate source_a"
                }
            },
            {
                "box": {
                    "id": "obj-143",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        435,
                        720,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        182,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-144",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        706,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        199,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-145",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        706,
                        800,
                        261,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /interpolate source_b"
                }
            },
            {
                "box": {
                    "id": "obj-146",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        706,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        182,
                        104,
                        16
                    ],
                    "text": "source_b",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-147",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        991,
                        770,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        382,
                        199,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-148",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        991,
                        800,
                        247,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /interpolate source_b"
                }
            },
            {
                "box": {
                    "id": "obj-149",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        991,
                        720,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        382,
                        182,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-150",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1262,
                        770,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        418,
                        199,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-151",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1262,
                        742,
                        128,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 0.5"
                }
            },
            {
                "box": {
                    "id": "obj-152",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1262,
                        800,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /interpolate mix"
                }
            },
            {
                "box": {
                    "id": "obj-153",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1262,
                        720,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        418,
                        182,
                        64,
                        16
                    ],
                    "text": "mix",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-154",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1498,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        490,
                        199,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-155",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1498,
                        800,
                        240,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /interpolate model"
                }
            },
            {
                "box": {
                    "id": "obj-156",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1498,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        490,
                        182,
                        104,
                        16
                    ],
                    "text": "model",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-157",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1762,
                        770,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        602,
                        199,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-158",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1762,
                        800,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /interpolate seed"
                }
            },
            {
                "box": {
                    "id": "obj-159",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1762,
                        720,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        602,
                        182,
                        64,
                        16
                    ],
                    "text": "seed",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-160",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2005,
                        770,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        674,
                        199,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-161",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2005,
                        800,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /interpolate play"
                }
            },
            {
                "box": {
                    "id": "obj-162",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2005,
                        720,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        674,
                        182,
                        40,
                        16
                    ],
                    "text": "play",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-163",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        2248,
                        770,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        722,
                        199,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-164",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2248,
                        800,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /interpolate takes"
                }
            },
            {
                "box": {
                    "id": "obj-165",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2248,
                        720,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        722,
                        182,
                        64,
                        16
                    ],
                    "text": "takes",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-166",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2498,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        794,
                        199,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-167",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2498,
                        800,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /interpolate at"
                }
            },
            {
                "box": {
                    "id": "obj-168",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2498,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        794,
                        182,
                        104,
                        16
                    ],
                    "text": "at",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-169",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2741,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        906,
                        199,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-170",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2741,
                        800,
                        275,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /interpolate parameters"
                }
            },
            {
                "box": {
                    "id": "obj-171",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2741,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        906,
                        182,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-172",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        3040,
                        770,
                        220,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        1018,
                        199,
                        220,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-173",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        3040,
                        800,
                        247,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /interpolate prompt"
                }
            },
            {
                "box": {
                    "id": "obj-174",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        3040,
                        720,
                        220,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        1018,
                        182,
                        220,
                        16
                    ],
                    "text": "prompt",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-175",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        930,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        242,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "render",
                    "hint": "A MIDI file to audio, heard after its first window.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-176",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        960,
                        110,
                        22
                    ],
                    "text": "go /render",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-177",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        988,
                        900,
                        21
                    ],
                    "text": "id score [model s] [seed i] [play i] [takes i] [at s f] [from_window i] [take s] [key value ...] [prompt ...]: A MIDI file to audio, heard after its first windo",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-178",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        930,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        243,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-179",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        960,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /render score"
                }
            },
            {
                "box": {
                    "id": "obj-180",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        880,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        226,
                        104,
                        16
                    ],
                    "text": "score",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-181",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        379,
                        930,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        243,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-182",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        379,
                        960,
                        191,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /render score"
                }
            },
            {
                "box": {
                    "id": "obj-183",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        379,
                        880,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        226,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-184",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        594,
                        930,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        243,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-185",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        594,
                        960,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /render model"
                }
            },
            {
                "box": {
                    "id": "obj-186",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        594,
                        880,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        226,
                        104,
                        16
                    ],
                    "text": "model",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-187",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        823,
                        930,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        382,
                        243,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-188",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        823,
                        960,
                        184,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /render seed"
                }
            },
            {
                "box": {
                    "id": "obj-189",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        823,
                        880,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        382,
                        226,
                        64,
                        16
                    ],
                    "text": "seed",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-190",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1031,
                        930,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        243,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-191",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1031,
                        960,
                        184,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /render play"
                }
            },
            {
                "box": {
                    "id": "obj-192",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1031,
                        880,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        454,
                        226,
                        40,
                        16
                    ],
                    "text": "play",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-193",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1239,
                        930,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        502,
                        243,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-194",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1239,
                        960,
                        191,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /render takes"
                }
            },
            {
                "box": {
                    "id": "obj-195",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1239,
                        880,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        502,
                        226,
                        64,
                        16
                    ],
                    "text": "takes",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-196",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1454,
                        930,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        574,
                        243,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-197",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1454,
                        960,
                        184,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /render at"
                }
            },
            {
                "box": {
                    "id": "obj-198",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1454,
                        880,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        574,
                        226,
                        104,
                        16
                    ],
                    "text": "at",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-199",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1662,
                        930,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        686,
                        243,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-200",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1662,
                        960,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /render from_window"
                }
            },
            {
                "box": {
                    "id": "obj-201",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1662,
                        880,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        686,
                        226,
                        77,
                        16
                    ],
                    "text": "from_window",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-202",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1919,
                        930,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        771,
                        243,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-203",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1919,
                        960,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /render take"
                }
            },
            {
                "box": {
                    "id": "obj-204",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1919,
                        880,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        771,
                        226,
                        104,
                        16
                    ],
                    "text": "take",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-205",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        2141,
                        930,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        883,
                        243,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-206",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2141,
                        960,
                        184,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /render take"
                }
            },
            {
                "box": {
                    "id": "obj-207",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2141,
                        880,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        883,
                        226,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-208",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2349,
                        930,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        919,
                        243,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-209",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2349,
                        960,
                        240,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /render parameters"
                }
            },
            {
                "box": {
                    "id": "obj-210",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2349,
                        880,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        919,
                        226,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-211",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        2613,
                        930,
                        220,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        1031,
                        243,
                        220,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-212",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        2613,
                        960,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /render prompt"
                }
            },
            {
                "box": {
                    "id": "obj-213",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        2613,
                        880,
                        220,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        1031,
                        226,
                        220,
                        16
                    ],
                    "text": "prompt",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-214",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        1090,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        286,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "cancel",
                    "hint": "Ends a job within one denoising step; the job's own call then ends with /cancelled.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-215",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        1120,
                        110,
                        22
                    ],
                    "text": "go /cancel",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-216",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1148,
                        900,
                        21
                    ],
                    "text": "target: Ends a job within one denoising step; the job's own call then ends with /cancelled.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-217",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        1090,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        287,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-218",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        1120,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /cancel target"
                }
            },
            {
                "box": {
                    "id": "obj-219",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        1040,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        270,
                        104,
                        16
                    ],
                    "text": "target",
                    "fontsize": 10.0
                }
            }
        ],
        "lines": [
            {
                "patchline": {
                    "source": [
                        "obj-2",
                        0
                    ],
                    "destination": [
                        "obj-3",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-3",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-5",
                        0
                    ],
                    "destination": [
                        "obj-6",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-6",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-8",
                        0
                    ],
                    "destination": [
                        "obj-9",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-9",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-11",
                        0
                    ],
                    "destination": [
                        "obj-12",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-12",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-14",
                        0
                    ],
                    "destination": [
                        "obj-15",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-15",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-17",
                        0
                    ],
                    "destination": [
                        "obj-18",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-18",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-20",
                        0
                    ],
                    "destination": [
                        "obj-21",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-21",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-23",
                        0
                    ],
                    "destination": [
                        "obj-24",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-24",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-26",
                        0
                    ],
                    "destination": [
                        "obj-27",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-27",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-29",
                        0
                    ],
                    "destination": [
                        "obj-30",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-30",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-32",
                        0
                    ],
                    "destination": [
                        "obj-33",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-33",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-35",
                        0
                    ],
                    "destination": [
                        "obj-36",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-36",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-39",
                        0
                    ],
                    "destination": [
                        "obj-38",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-38",
                        0
                    ],
                    "destination": [
                        "obj-40",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-40",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-42",
                        0
                    ],
                    "destination": [
                        "obj-43",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-43",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-45",
                        0
                    ],
                    "destination": [
                        "obj-46",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-46",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-48",
                        0
                    ],
                    "destination": [
                        "obj-49",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-49",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-51",
                        0
                    ],
                    "destination": [
                        "obj-52",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-52",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-54",
                        0
                    ],
                    "destination": [
                        "obj-55",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-55",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-57",
                        0
                    ],
                    "destination": [
                        "obj-58",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-58",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-60",
                        0
                    ],
                    "destination": [
                        "obj-61",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-61",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-63",
                        0
                    ],
                    "destination": [
                        "obj-64",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-64",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-66",
                        0
                    ],
                    "destination": [
                        "obj-67",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-67",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-69",
                        0
                    ],
                    "destination": [
                        "obj-70",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-70",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-73",
                        0
                    ],
                    "destination": [
                        "obj-72",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-72",
                        0
                    ],
                    "destination": [
                        "obj-74",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-74",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-77",
                        0
                    ],
                    "destination": [
                        "obj-76",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-76",
                        0
                    ],
                    "destination": [
                        "obj-78",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-78",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-80",
                        0
                    ],
                    "destination": [
                        "obj-81",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-81",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-83",
                        0
                    ],
                    "destination": [
                        "obj-84",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-84",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-86",
                        0
                    ],
                    "destination": [
                        "obj-87",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-87",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-89",
                        0
                    ],
                    "destination": [
                        "obj-90",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-90",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-92",
                        0
                    ],
                    "destination": [
                        "obj-93",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-93",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-95",
                        0
                    ],
                    "destination": [
                        "obj-96",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-96",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-98",
                        0
                    ],
                    "destination": [
                        "obj-99",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-99",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-101",
                        0
                    ],
                    "destination": [
                        "obj-102",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-102",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-104",
                        0
                    ],
                    "destination": [
                        "obj-105",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-105",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-107",
                        0
                    ],
                    "destination": [
                        "obj-108",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-108",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-111",
                        0
                    ],
                    "destination": [
                        "obj-110",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-110",
                        0
                    ],
                    "destination": [
                        "obj-112",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-112",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-114",
                        0
                    ],
                    "destination": [
                        "obj-115",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-115",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-117",
                        0
                    ],
                    "destination": [
                        "obj-118",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-118",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-120",
                        0
                    ],
                    "destination": [
                        "obj-121",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-121",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-123",
                        0
                    ],
                    "destination": [
                        "obj-124",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-124",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-126",
                        0
                    ],
                    "destination": [
                        "obj-127",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-127",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-129",
                        0
                    ],
                    "destination": [
                        "obj-130",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-130",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-132",
                        0
                    ],
                    "destination": [
                        "obj-133",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-133",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-135",
                        0
                    ],
                    "destination": [
                        "obj-136",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-136",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-138",
                        0
                    ],
                    "destination": [
                        "obj-139",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-139",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-141",
                        0
                    ],
                    "destination": [
                        "obj-142",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-142",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-144",
                        0
                    ],
                    "destination": [
                        "obj-145",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-145",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-147",
                        0
                    ],
                    "destination": [
                        "obj-148",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-148",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-151",
                        0
                    ],
                    "destination": [
                        "obj-150",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-150",
                        0
                    ],
                    "destination": [
                        "obj-152",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-152",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-154",
                        0
                    ],
                    "destination": [
                        "obj-155",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-155",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-157",
                        0
                    ],
                    "destination": [
                        "obj-158",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-158",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-160",
                        0
                    ],
                    "destination": [
                        "obj-161",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-161",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-163",
                        0
                    ],
                    "destination": [
                        "obj-164",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-164",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-166",
                        0
                    ],
                    "destination": [
                        "obj-167",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-167",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-169",
                        0
                    ],
                    "destination": [
                        "obj-170",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-170",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-172",
                        0
                    ],
                    "destination": [
                        "obj-173",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-173",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-175",
                        0
                    ],
                    "destination": [
                        "obj-176",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-176",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-178",
                        0
                    ],
                    "destination": [
                        "obj-179",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-179",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-181",
                        0
                    ],
                    "destination": [
                        "obj-182",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-182",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-184",
                        0
                    ],
                    "destination": [
                        "obj-185",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-185",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-187",
                        0
                    ],
                    "destination": [
                        "obj-188",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-188",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-190",
                        0
                    ],
                    "destination": [
                        "obj-191",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-191",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-193",
                        0
                    ],
                    "destination": [
                        "obj-194",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-194",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-196",
                        0
                    ],
                    "destination": [
                        "obj-197",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-197",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-199",
                        0
                    ],
                    "destination": [
                        "obj-200",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-200",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-202",
                        0
                    ],
                    "destination": [
                        "obj-203",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-203",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-205",
                        0
                    ],
                    "destination": [
                        "obj-206",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-206",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-208",
                        0
                    ],
                    "destination": [
                        "obj-209",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-209",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-211",
                        0
                    ],
                    "destination": [
                        "obj-212",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-212",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-214",
                        0
                    ],
                    "destination": [
                        "obj-215",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-215",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-217",
                        0
                    ],
                    "destination": [
                        "obj-218",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-218",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            }
        ],
        "dependency_cache": [],
        "autosave": 0
    }
}

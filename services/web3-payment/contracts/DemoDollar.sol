// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A stablecoin for local chains
/// @notice An ERC-20 token with six decimals, as the large ones have; its owner makes as much of it as is needed.
contract DemoDollar is ERC20, Ownable {
    constructor(address owner_) ERC20("Demo Dollar", "USDC") Ownable(owner_) {}

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }
}
